//! `torch.save` and `torch.load`: PyTorch's own format, a pickle beside raw storages in a zip archive.

pub mod elements;
pub mod pickle;
pub mod unpickle;
pub mod zip;

use super::table::{Def, functions};
use crate::diag::{ExcKind, Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, Module, Native, Value};
use std::io::ErrorKind;

/// Binds the functions.
pub fn install(torch: &Module) {
    functions(
        torch,
        "torch",
        &[
            Def(
                "save",
                "obj, f, pickle_module=None, pickle_protocol=2, _use_new_zipfile_serialization=True",
                "An object written to a file.",
                save,
            ),
            Def(
                "load",
                "f, map_location=None, pickle_module=None, *, weights_only=None, mmap=None, **pickle_load_args",
                "The object in a file that torch.save wrote.",
                load,
            ),
        ],
    );
}

/// The path in an argument: a string, or an object with `__fspath__`.
fn path_of(value: &Value, caller: &mut dyn Caller) -> Result<String> {
    if let Some(path) = value.as_str() {
        return Ok(path.to_string());
    }
    match caller.call_special(value, "__fspath__", &[])? {
        Some(Value::Str(path)) => Ok(path.to_string()),
        _ => Err(Fault::attribute(format!("'{}' object has no attribute 'write'", class_name(value)))
            .with_help("give the name of a file")),
    }
}

fn in_python_words(error: &std::io::Error, path: &str) -> crate::diag::Error {
    let (kind, number, text) = match error.kind() {
        ErrorKind::NotFound => (ExcKind::FileNotFoundError, 2, "No such file or directory"),
        ErrorKind::PermissionDenied => (ExcKind::PermissionError, 13, "Permission denied"),
        ErrorKind::IsADirectory => (ExcKind::IsADirectoryError, 21, "Is a directory"),
        _ => return Fault::new(ExcKind::OSError, error.to_string()),
    };
    Fault::new(kind, format!("[Errno {number}] {text}: '{path}'"))
}

fn save(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let path = path_of(&bound[1], caller)?;
    let (pickled, storages) = pickle::Pickler::default().pickle(&bound[0], caller)?;
    let stem = std::path::Path::new(&path).file_stem().map_or("archive".into(), |s| s.to_string_lossy());
    let mut archive = zip::ZipWriter::default();
    archive.add(&format!("{stem}/data.pkl"), &pickled)?;
    archive.add(&format!("{stem}/byteorder"), b"little")?;
    for (key, storage) in storages.iter().enumerate() {
        let bytes = elements::to_bytes(&storage.read());
        archive.add(&format!("{stem}/data/{key}"), &bytes)?;
        caller.checkpoint()?;
    }
    archive.add(&format!("{stem}/version"), b"3\n")?;
    if let Some(parent) = std::path::Path::new(&path).parent()
        && !parent.as_os_str().is_empty()
        && !parent.is_dir()
    {
        return Err(Fault::runtime(format!("Parent directory {} does not exist.", parent.display())));
    }
    std::fs::write(&path, archive.finish()).map_err(|e| in_python_words(&e, &path))?;
    Ok(Value::None)
}

fn load(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let path = path_of(&bound[0], caller)?;
    // A mapping or a function from devices to devices has nothing to do: everything is on the CPU.
    if let location @ (Value::Str(_) | Value::Object(_)) = &bound[1] {
        super::device::check(location)?;
    }
    let data = std::fs::read(&path).map_err(|e| in_python_words(&e, &path))?;
    let archive = zip::ZipReader::new(&data)?;
    let pickled = archive
        .record("data.pkl")
        .ok_or_else(|| Fault::runtime("PytorchStreamReader failed locating file data.pkl: file not found"))?;
    let weights_only = !matches!(bound[3], Value::Bool(false));
    unpickle::Unpickler::new(pickled, &archive, weights_only, caller).read()
}
