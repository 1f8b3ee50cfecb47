//! Where modules come from: native ones, the prelude in the binary, files beside the script.

use crate::diag::{Result, Source};
use crate::eval::host::Found;
use crate::lower::{Code, Globals, lower_statement};
use crate::syntax::{Mode, ast, parse};
use crate::value::{Module, Value};
use crate::{builtins, ops};
use include_dir::{Dir, File, include_dir};
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
    /// For each package of the prelude, the file that defines each name.
    index: FxHashMap<String, FxHashMap<String, String>>,
}

impl Importer {
    /// An importer that looks for files in a folder.
    pub fn new(builtins: Rc<Module>, folder: Option<PathBuf>) -> Importer {
        Importer { builtins, folder, index: FxHashMap::default() }
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

    /// The module of the prelude that defines a name of a package: its files are searched for definitions at the
    /// margin, those of `modules/` where there is one.
    pub fn find_name(&mut self, package: &str, name: &str) -> Option<String> {
        if !self.index.contains_key(package) {
            let path = package.replace('.', "/");
            let mut names = FxHashMap::default();
            let (dir, prefix) = match PRELUDE.get_dir(format!("{path}/modules")) {
                Some(dir) => (Some(dir), format!("{package}.modules")),
                None => (PRELUDE.get_dir(&path), package.to_string()),
            };
            let stem = |file: &File| file.path().file_stem().and_then(|s| s.to_str()).unwrap_or("").to_string();
            let files = || dir.map(Dir::files).into_iter().flatten();
            let modules: Vec<String> = files().map(stem).collect();
            for (file, stem) in files().zip(&modules) {
                // A name that is a module of the package is that module: `torch.distributions.multinomial`.
                for defined in
                    definitions(file.contents_utf8().unwrap_or("")).filter(|d| !modules.iter().any(|m| m == d))
                {
                    names.entry(defined.to_string()).or_insert_with(|| format!("{prefix}.{stem}"));
                }
            }
            self.index.insert(package.to_string(), names);
        }
        self.index.get(package)?.get(name).cloned()
    }

    /// Whether a module is an inside matter of its package: `optim.sgd` would be mistaken for `optim.SGD`.
    pub fn is_inside(package: &str, module: &str) -> bool {
        package == "torch.optim" && !matches!(module, "lr_scheduler" | "swa_utils")
    }

    /// All names that a package of the prelude defines.
    pub fn names(&mut self, package: &str) -> Vec<String> {
        self.find_name(package, "");
        let names = self.index.get(package);
        names.map_or_else(Vec::new, |n| n.keys().filter(|k| !k.starts_with('_')).cloned().collect())
    }

    /// The text of a module of the prelude.
    pub fn prelude_text(module: &str) -> Option<&'static str> {
        PRELUDE.get_file(format!("{}.py", module.replace('.', "/")))?.contents_utf8()
    }
}

/// The names that a text defines at the margin.
fn definitions(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let rest = line.strip_prefix("class ").or_else(|| line.strip_prefix("def "));
        let name = match rest {
            Some(rest) => rest,
            None if line.contains(" = ") => line,
            None => return None,
        };
        let end = name.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        (end > 0).then(|| &name[..end])
    })
}
