//! The modules `os`, `os.path` and `glob`.

use super::super::bind::bind;
use super::super::classes::{extra, finish};
use super::super::functions::file::os_error;
use super::super::functions::io::path_of;
use super::super::table::{Def, add_functions};
use crate::diag::{ExcKind, Fault, Result};
use crate::value::{Args, Caller, Dict, Module, Native, Value, intern};
use std::path::{Component, Path};
use std::rc::Rc;
use std::time::UNIX_EPOCH;

static FUNCTIONS: [Def; 15] = [
    Def("getcwd", "", "Return the current working directory.", |n, _, args| {
        bind(n, args)?;
        let path = std::env::current_dir().map_err(|e| os_error(&e, "."))?;
        Ok(Value::str(path.to_string_lossy().into_owned()))
    }),
    Def("chdir", "path", "Change the current working directory.", |n, c, args| {
        let path = path_of(&bind(n, args)?[0], c)?;
        std::env::set_current_dir(&path).map(|()| Value::None).map_err(|e| os_error(&e, &path))
    }),
    Def("listdir", "path='.'", "Return the names of the entries in a directory.", |n, c, args| {
        let a = bind(n, args)?;
        let path = if a[0].is_none() { ".".to_string() } else { path_of(&a[0], c)? };
        let entries = std::fs::read_dir(&path).map_err(|e| os_error(&e, &path))?;
        let names = entries.filter_map(|e| e.ok()).map(|e| Value::str(e.file_name().to_string_lossy().into_owned()));
        Ok(Value::list(names.collect()))
    }),
    Def("mkdir", "path, mode=511", "Create a directory.", |n, c, args| {
        let path = path_of(&bind(n, args)?[0], c)?;
        std::fs::create_dir(&path).map(|()| Value::None).map_err(|e| os_error(&e, &path))
    }),
    Def("makedirs", "name, mode=511, exist_ok=False", "Create a directory and its parents.", |n, c, args| {
        let a = bind(n, args)?;
        let path = path_of(&a[0], c)?;
        if Path::new(&path).exists() {
            let is_fine = c.truth(&a[2])? && Path::new(&path).is_dir();
            return if is_fine {
                Ok(Value::None)
            } else {
                Err(os_error(&std::io::Error::from_raw_os_error(17), &path))
            };
        }
        std::fs::create_dir_all(&path).map(|()| Value::None).map_err(|e| os_error(&e, &path))
    }),
    Def("remove", "path", "Remove a file.", remove),
    Def("unlink", "path", "Remove a file.", remove),
    Def("rmdir", "path", "Remove an empty directory.", |n, c, args| {
        let path = path_of(&bind(n, args)?[0], c)?;
        std::fs::remove_dir(&path).map(|()| Value::None).map_err(|e| os_error(&e, &path))
    }),
    Def("rename", "src, dst", "Rename a file or directory.", rename),
    Def("replace", "src, dst", "Rename a file or directory, overwriting the destination.", rename),
    Def("getenv", "key, default=None", "Get an environment variable, or the default.", |n, c, args| {
        let a = bind(n, args)?;
        let key = c.str(&a[0])?;
        Ok(std::env::var(key).map_or_else(|_| a[1].clone(), Value::str))
    }),
    Def("cpu_count", "", "Return the number of processors.", |n, _, args| {
        bind(n, args)?;
        Ok(std::thread::available_parallelism().map_or(Value::None, |n| Value::from(n.get())))
    }),
    Def("getpid", "", "Return the current process id.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::Int(i64::from(std::process::id())))
    }),
    Def("fspath", "path", "Return the path of a path-like object.", |n, c, args| {
        path_of(&bind(n, args)?[0], c).map(Value::str)
    }),
    Def("system", "command", "Not part of this language.", |_, _, _| {
        Err(Fault::not_implemented("os.system() is not part of this language"))
    }),
];

static PATH: [Def; 18] = [
    Def("join", "a, *p", "Join path components.", |n, c, args| {
        let a = bind(n, args)?;
        let mut path = path_of(&a[0], c)?;
        for part in args.positional().iter().skip(1) {
            let part = path_of(part, c)?;
            if part.starts_with('/') {
                path = part;
            } else if path.is_empty() || path.ends_with('/') {
                path.push_str(&part);
            } else {
                path = format!("{path}/{part}");
            }
        }
        Ok(Value::str(path))
    }),
    Def("exists", "path", "Test whether a path exists.", |n, c, args| test(n, c, args, Path::exists)),
    Def("isfile", "path", "Test whether a path is a regular file.", |n, c, args| test(n, c, args, Path::is_file)),
    Def("isdir", "s", "Return true if the path refers to an existing directory.", |n, c, args| {
        test(n, c, args, Path::is_dir)
    }),
    Def("islink", "path", "Test whether a path is a symbolic link.", |n, c, args| test(n, c, args, Path::is_symlink)),
    Def("isabs", "s", "Test whether a path is absolute.", |n, c, args| test(n, c, args, |p| p.has_root())),
    Def("basename", "p", "Return the final component of a path.", |n, c, args| {
        let path = path_of(&bind(n, args)?[0], c)?;
        Ok(Value::str(split(&path).1))
    }),
    Def("dirname", "p", "Return the directory component of a path.", |n, c, args| {
        let path = path_of(&bind(n, args)?[0], c)?;
        Ok(Value::str(split(&path).0))
    }),
    Def("split", "p", "Split a path into directory and final component.", |n, c, args| {
        let path = path_of(&bind(n, args)?[0], c)?;
        let (head, tail) = split(&path);
        Ok(Value::tuple([Value::str(head), Value::str(tail)]))
    }),
    Def("splitext", "p", "Split the extension from a path.", |n, c, args| {
        let path = path_of(&bind(n, args)?[0], c)?;
        let name = path.rfind('/').map_or(0, |i| i + 1);
        let start = name + (path.len() - name - path[name..].trim_start_matches('.').len());
        let at = path[start..].rfind('.').map_or(path.len(), |i| start + i);
        Ok(Value::tuple([Value::str(&path[..at]), Value::str(&path[at..])]))
    }),
    Def("abspath", "path", "Return an absolute path.", absolute),
    Def("realpath", "filename, *, strict=False", "Return the path without symbolic links.", |n, c, args| {
        let path = path_of(&bind(n, args)?[0], c)?;
        match std::fs::canonicalize(&path) {
            Ok(real) => Ok(Value::str(real.to_string_lossy().into_owned())),
            Err(_) => Ok(Value::str(absolute_of(&path)?)),
        }
    }),
    Def("normpath", "path", "Normalize a path.", |n, c, args| {
        let path = path_of(&bind(n, args)?[0], c)?;
        Ok(Value::str(normal(&path)))
    }),
    Def("expanduser", "path", "Expand ~ to the home directory.", |n, c, args| {
        let path = path_of(&bind(n, args)?[0], c)?;
        let home = std::env::var("HOME").unwrap_or_default();
        Ok(Value::str(match path.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{home}{rest}"),
            _ => path,
        }))
    }),
    Def("getsize", "filename", "Return the size of a file.", |n, c, args| {
        let path = path_of(&bind(n, args)?[0], c)?;
        let data = std::fs::metadata(&path).map_err(|e| os_error(&e, &path))?;
        Ok(Value::Int(data.len() as i64))
    }),
    Def("getmtime", "filename", "Return the last modification time of a file.", |n, c, args| {
        let path = path_of(&bind(n, args)?[0], c)?;
        let time = std::fs::metadata(&path).and_then(|d| d.modified()).map_err(|e| os_error(&e, &path))?;
        Ok(Value::Float(time.duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64())))
    }),
    Def("relpath", "path, start='.'", "Return a relative version of a path.", |n, c, args| {
        let a = bind(n, args)?;
        let path = absolute_of(&path_of(&a[0], c)?)?;
        let start = absolute_of(&path_of(&a[1], c)?)?;
        let parts = |p: &str| p.split('/').filter(|s| !s.is_empty()).map(str::to_string).collect::<Vec<_>>();
        let (path, start) = (parts(&path), parts(&start));
        let shared = path.iter().zip(&start).take_while(|(a, b)| a == b).count();
        let up = std::iter::repeat_n("..".to_string(), start.len() - shared);
        let out: Vec<String> = up.chain(path[shared..].iter().cloned()).collect();
        Ok(Value::str(if out.is_empty() { ".".into() } else { out.join("/") }))
    }),
    Def(
        "commonprefix",
        "m",
        "Given a list of pathnames, return the longest common leading component.",
        |n, c, args| {
            let a = bind(n, args)?;
            let mut prefix: Option<String> = None;
            for path in c.collect(&a[0])? {
                let path = path_of(&path, c)?;
                prefix = Some(match prefix {
                    None => path,
                    Some(p) => p.chars().zip(path.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect(),
                });
            }
            Ok(Value::str(prefix.unwrap_or_default()))
        },
    ),
];

static GLOB: [Def; 2] = [
    Def("glob", "pathname, *, recursive=False", "Return a list of paths matching a pattern.", glob),
    Def(
        "iglob",
        "pathname, *, recursive=False",
        "Return an iterator over the paths matching a pattern.",
        |n, c, args| {
            let found = glob(n, c, args)?;
            c.iter(&found)
        },
    ),
];

/// The module `os`.
pub fn build() -> Rc<Module> {
    let module = Module::new("os");
    *module.doc.borrow_mut() = "Files, directories and the environment.".into();
    add_functions(&module, "os", &FUNCTIONS);
    let environ = Dict::new();
    for (name, value) in std::env::vars() {
        environ.set_name(&intern(&name), Value::str(value));
    }
    module.set("environ", finish(&extra().environ, Value::Dict(environ)));
    if let Some(path) = super::super::native_module("os.path") {
        module.set("path", Value::Module(path));
    }
    for (name, value) in [
        ("sep", "/"),
        ("linesep", "\n"),
        ("pathsep", ":"),
        ("curdir", "."),
        ("pardir", ".."),
        ("name", "posix"),
        ("devnull", "/dev/null"),
    ] {
        module.set(name, Value::str(value));
    }
    module.set("error", Value::Class(crate::value::types().os_error.clone()));
    module
}

/// The module `os.path`.
pub fn build_path() -> Rc<Module> {
    let module = Module::new("posixpath");
    *module.doc.borrow_mut() = "Operations on pathnames.".into();
    add_functions(&module, "posixpath", &PATH);
    module.set("sep", Value::str("/"));
    module
}

/// The module `glob`.
pub fn build_glob() -> Rc<Module> {
    let module = Module::new("glob");
    *module.doc.borrow_mut() = "Paths that match patterns.".into();
    add_functions(&module, "glob", &GLOB);
    module
}

fn remove(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let path = path_of(&bind(native, args)?[0], caller)?;
    std::fs::remove_file(&path).map(|()| Value::None).map_err(|e| os_error(&e, &path))
}

fn rename(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let (from, to) = (path_of(&a[0], caller)?, path_of(&a[1], caller)?);
    std::fs::rename(&from, &to).map(|()| Value::None).map_err(|e| os_error(&e, &from))
}

fn test(native: &Native, caller: &mut dyn Caller, args: Args, holds: fn(&Path) -> bool) -> Result<Value> {
    let path = path_of(&bind(native, args)?[0], caller)?;
    Ok(Value::Bool(holds(Path::new(&path))))
}

fn split(path: &str) -> (&str, &str) {
    let at = path.rfind('/').map_or(0, |i| i + 1);
    let (head, tail) = path.split_at(at);
    let bare = head.trim_end_matches('/');
    (if bare.is_empty() { head } else { bare }, tail)
}

fn normal(path: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let rooted = path.starts_with('/');
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => match parts.last() {
                Some(last) if last != ".." => {
                    parts.pop();
                }
                _ if rooted => {}
                _ => parts.push("..".into()),
            },
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".into(),
        (false, false) => joined,
    }
}

fn absolute_of(path: &str) -> Result<String> {
    if path.starts_with('/') {
        return Ok(normal(path));
    }
    let here = std::env::current_dir().map_err(|e| os_error(&e, path))?;
    Ok(normal(&format!("{}/{path}", here.to_string_lossy())))
}

fn absolute(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let path = path_of(&bind(native, args)?[0], caller)?;
    absolute_of(&path).map(Value::str)
}

fn glob(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let pattern = path_of(&a[0], caller)?;
    let recursive = caller.truth(&a[1])?;
    let mut found = vec![if pattern.starts_with('/') { "/".to_string() } else { String::new() }];
    for part in pattern.split('/').filter(|p| !p.is_empty()) {
        let mut next = Vec::new();
        for base in &found {
            caller.checkpoint()?;
            extend_glob(base, part, recursive, &mut next)?;
        }
        found = next;
    }
    found.retain(|p| !p.is_empty());
    Ok(Value::list(found.into_iter().map(Value::str).collect()))
}

/// The paths below a path that match one component of a pattern.
fn extend_glob(base: &str, part: &str, recursive: bool, out: &mut Vec<String>) -> Result<()> {
    const MOST: usize = 1_000_000;
    let join = |name: &str| {
        if base.is_empty() || base.ends_with('/') { format!("{base}{name}") } else { format!("{base}/{name}") }
    };
    if !part.contains(['*', '?', '[']) {
        let path = join(part);
        if Path::new(&path).exists() {
            out.push(path);
        }
        return Ok(());
    }
    let directory = if base.is_empty() { "." } else { base };
    if part == "**" && recursive {
        let mut waiting = vec![base.to_string()];
        while let Some(path) = waiting.pop() {
            if out.len() > MOST {
                return Err(Fault::new(ExcKind::MemoryError, ""));
            }
            let inner = if path.is_empty() { "." } else { &path };
            for entry in std::fs::read_dir(inner).into_iter().flatten().flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                if entry.file_type().is_ok_and(|t| t.is_dir()) && !name.starts_with('.') {
                    waiting.push(if path.is_empty() || path.ends_with('/') {
                        format!("{path}{name}")
                    } else {
                        format!("{path}/{name}")
                    });
                }
            }
            out.push(path);
        }
        return Ok(());
    }
    let pattern: Vec<char> = part.chars().collect();
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let characters: Vec<char> = name.chars().collect();
        if (!name.starts_with('.') || part.starts_with('.')) && matches(&pattern, &characters) {
            out.push(join(&name));
        }
    }
    Ok(())
}

/// Whether a name matches a pattern with `*`, `?` and `[...]`.
fn matches(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n) = (0, 0);
    // Where to go on when what follows the last star does not match.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(p) {
            Some('*') => {
                retry = Some((p + 1, n));
                p += 1;
                continue;
            }
            None if n == name.len() => return true,
            None => None,
            Some(_) if n == name.len() => return false,
            Some('?') => Some(1),
            Some('[') => match pattern[p + 1..].iter().skip(1).position(|c| *c == ']') {
                Some(end) => {
                    let set = &pattern[p + 1..p + 2 + end];
                    let (negated, set) = match set.split_first() {
                        Some(('!', rest)) => (true, rest),
                        _ => (false, set),
                    };
                    let mut inside = false;
                    let mut i = 0;
                    while i < set.len() {
                        if set.get(i + 1) == Some(&'-') && i + 2 < set.len() {
                            inside |= (set[i]..=set[i + 2]).contains(&name[n]);
                            i += 3;
                        } else {
                            inside |= set[i] == name[n];
                            i += 1;
                        }
                    }
                    (inside != negated).then_some(end + 3)
                }
                None => (name[n] == '[').then_some(1),
            },
            Some(c) => (*c == name[n]).then_some(1),
        };
        match (step, &mut retry) {
            (Some(width), _) => {
                p += width;
                n += 1;
            }
            (None, Some((after, from))) if *from < name.len() => {
                *from += 1;
                (p, n) = (*after, *from);
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_names() {
        let test = |pattern: &str, name: &str| {
            matches(&pattern.chars().collect::<Vec<_>>(), &name.chars().collect::<Vec<_>>())
        };
        assert!(test("*.py", "a.py") && !test("*.py", "a.pyc") && test("a?[b-d]*", "axcz"));
        assert!(!test("[!a]*", "abc") && test("*a*b", "xaxb") && !test("a", ""));
    }

    #[test]
    fn paths_are_normalized() {
        assert_eq!(normal("a//b/../c/."), "a/c");
        assert_eq!(normal("/../a"), "/a");
        assert_eq!(split("/a/b"), ("/a", "b"));
        assert_eq!(split("/a"), ("/", "a"));
    }
}
