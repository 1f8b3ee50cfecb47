//! Where modules come from: native ones, the prelude in the binary, files beside the script.

use crate::diag::{Result, Source};
use crate::eval::host::Found;
use crate::lower::{Code, Globals, lower_statement};
use crate::syntax::{Mode, ast, parse};
use crate::value::{Module, Value};
use crate::{builtins, ops};
use include_dir::{Dir, include_dir};
use rustc_hash::FxHashMap;
use std::path::PathBuf;
use std::rc::Rc;

static PRELUDE: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/prelude");

/// Finds modules.
pub struct Importer {
    /// The built-in functions and types, for lowering.
    pub builtins: Rc<Module>,
    /// Where the script's own modules are looked for.
    pub folder: Option<PathBuf>,
    /// For each package of the prelude that was asked for, what its `__init__.py` imports.
    packages: FxHashMap<String, Rc<Exports>>,
}

/// What a package of the prelude offers: the module that defines each name; `None` for a name that is a module of the
/// package itself.
type Exports = FxHashMap<String, Option<String>>;

impl Importer {
    /// An importer that looks for files in a folder.
    pub fn new(builtins: Rc<Module>, folder: Option<PathBuf>) -> Importer {
        Importer { builtins, folder, packages: FxHashMap::default() }
    }

    /// The module of a dotted name.
    ///
    /// Errors: SyntaxError of its text.
    pub fn find(&mut self, name: &str) -> Result<Option<Found>> {
        let native = ops::api::module(name).or_else(|| builtins::native_module(name));
        let path = name.replace('.', "/");
        if let Some(module) = native.or_else(|| crate::eval::frames::module(name)) {
            // What is rare in a native module may be written in the language, in a folder of its name.
            if PRELUDE.get_dir(&path).is_some() {
                module.lazy.set(true);
            }
            return Ok(Some(Found::Native(module)));
        }
        if let Some(file) = PRELUDE.get_file(format!("{path}.py")) {
            let text = file.contents_utf8().unwrap_or("");
            return self.lower(name, &format!("<prelude>/{path}.py"), text, false).map(Some);
        }
        if PRELUDE.get_dir(&path).is_some() {
            let module = Module::new(name);
            module.set("__name__", Value::from(name));
            module.set("__path__", Value::list(Vec::new()));
            module.lazy.set(true);
            return Ok(Some(Found::Native(module)));
        }
        if let Some(folder) = &self.folder {
            let file = folder.join(format!("{path}.py"));
            let package = folder.join(&path).join("__init__.py");
            for (file, is_package) in [(file, false), (package, true)] {
                if let Ok(text) = std::fs::read_to_string(&file) {
                    return self.lower(name, &file.display().to_string(), &text, is_package).map(Some);
                }
            }
        }
        Ok(None)
    }

    fn lower(&self, name: &str, file: &str, text: &str, is_package: bool) -> Result<Found> {
        let source = Source::new(file, text);
        let tree = parse(&source, Mode::File)?;
        let module = Module::new(name);
        module.set("__name__", Value::from(name));
        module.set("__file__", Value::from(file));
        if is_package {
            module.set("__path__", Value::list(Vec::new()));
        }
        let globals = Globals { module: module.clone(), builtins: self.builtins.clone() };
        let mut codes: Vec<Rc<Code>> = Vec::with_capacity(tree.body.len());
        for stmt in &tree.body {
            if !matches!(stmt.kind, ast::StmtKind::Command(_)) {
                codes.push(lower_statement(stmt, &source, &globals, false)?);
            }
        }
        Ok(Found::Code(module, codes))
    }

    /// The module of the prelude that defines a name of a package.
    pub fn find_name(&mut self, package: &str, name: &str) -> Option<String> {
        self.exports(package).get(name).cloned().flatten()
    }

    /// Whether a module is an inside matter of its package: it can be imported, but the package does not import it.
    pub fn is_inside(&mut self, package: &str, module: &str) -> bool {
        let exports = self.exports(package);
        !exports.is_empty() && !exports.contains_key(module)
    }

    /// The names that a package of the prelude offers, its modules among them.
    pub fn names(&mut self, package: &str) -> Vec<String> {
        self.exports(package).keys().cloned().collect()
    }

    /// Whether a module that comes with the program has a name; nothing is loaded.
    pub fn offers(&mut self, module: &str, name: &str) -> bool {
        let native = ops::api::module(module).is_some_and(|m| m.space.lookup(name).is_some());
        let defined = |text: &str| {
            let of = |keyword: &str| {
                text.contains(&format!("\n{keyword} {name}(")) || text.contains(&format!("\n{keyword} {name}:"))
            };
            of("def") || of("class")
        };
        native || self.find_name(module, name).is_some() || Importer::prelude_text(module).is_some_and(defined)
    }

    /// What the `__init__.py` of a package imports. It is read, not run: a module is loaded when one of its names is used.
    fn exports(&mut self, package: &str) -> Rc<Exports> {
        if let Some(known) = self.packages.get(package) {
            return known.clone();
        }
        let mut exports = Exports::default();
        for (module, name) in imports(package) {
            match (module == package, name.as_str()) {
                (false, "*") => {
                    let all = self.exports(&module);
                    exports.extend(
                        all.iter().filter(|(_, home)| home.is_some()).map(|(n, home)| (n.clone(), home.clone())),
                    );
                }
                (false, _) => drop(exports.insert(name, Some(module))),
                (true, _) => drop(exports.insert(name, None)),
            }
        }
        let exports = Rc::new(exports);
        self.packages.insert(package.to_string(), exports.clone());
        exports
    }

    /// The text of a module of the prelude.
    pub fn prelude_text(module: &str) -> Option<&'static str> {
        PRELUDE.get_file(format!("{}.py", module.replace('.', "/")))?.contents_utf8()
    }
}

/// The imports in the `__init__.py` of a package of the prelude: absolute names of modules, and what is taken from them.
fn imports(package: &str) -> Vec<(String, String)> {
    let path = format!("{package}.__init__");
    let Some(text) = Importer::prelude_text(&path) else { return Vec::new() };
    let tree = parse(&Source::new(path, text), Mode::File).map(|tree| tree.body).unwrap_or_default();
    let of = |stmt: ast::Stmt| match stmt.kind {
        ast::StmtKind::ImportFrom { module, names, .. } => {
            let module = match &*module {
                "" => package.to_string(),
                module => format!("{package}.{module}"),
            };
            names.into_iter().map(|alias| (module.clone(), alias.name.to_string())).collect()
        }
        _ => Vec::new(),
    };
    tree.into_iter().flat_map(of).collect()
}
