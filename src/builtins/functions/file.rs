//! Text files, the standard streams, and texts that behave like files.

use super::super::bind::bind;
use super::super::classes::extra;
use super::super::convert::{stop_iteration, to_index, wrong_receiver};
use super::super::table::{Def, add_attributes, add_methods, attribute};
use crate::diag::{Error, Fault, Result};
use crate::value::exception::{fault_of, instance};
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, GetSet, Instance, Native, Value, intern, types};
use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::rc::Rc;

/// What a file object reads from and writes to.
enum Stream {
    /// The program's standard output.
    Out,
    /// The program's standard error.
    Err,
    /// The program's standard input.
    In,
    /// A file being read: its whole text and the position in it.
    Reader { text: String, at: usize },
    /// A file being written.
    Writer { file: File, buffer: Vec<u8> },
    /// A file being read and written: its whole text, the position in it, and whether the file has yet to get it.
    Update { file: File, text: String, at: usize, append: bool, dirty: bool },
    /// A text in memory.
    Memory { text: String, at: usize },
    /// Closed.
    Closed,
}

/// A text file.
pub struct TextFile {
    stream: RefCell<Stream>,
    name: String,
    mode: String,
}

/// The file that a value is.
pub fn of(value: &Value) -> Option<Rc<TextFile>> {
    match value {
        Value::Object(o) => o.native_payload::<TextFile>(),
        _ => None,
    }
}

/// The standard stream of a name: `stdin`, `stdout` or `stderr`.
pub fn standard(name: &str) -> Value {
    let (stream, mode) = match name {
        "stdin" => (Stream::In, "r"),
        "stderr" => (Stream::Err, "w"),
        _ => (Stream::Out, "w"),
    };
    TextFile { stream: RefCell::new(stream), name: format!("<{name}>"), mode: mode.into() }.object()
}

/// A text that behaves like a file.
pub fn in_memory(text: &str) -> Value {
    let stream = Stream::Memory { text: text.to_string(), at: 0 };
    let file = TextFile { stream: RefCell::new(stream), name: String::new(), mode: "r+".into() };
    Value::Object(Instance::native(extra().string_file.clone(), file))
}

/// The error of the system as Python raises it: with number, text and file.
pub fn os_error(error: &std::io::Error, path: &str) -> Error {
    let number = error.raw_os_error().unwrap_or(5);
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or("error").to_string();
    let class = super::super::methods::exception::os_class(i64::from(number)).unwrap_or(&types().os_error);
    let object = instance(class, [Value::Int(i64::from(number)), Value::str(text.as_str())]);
    object.dict.set_name(&intern("errno"), Value::Int(i64::from(number)));
    object.dict.set_name(&intern("strerror"), Value::str(text.as_str()));
    let quoted = if path.contains('\'') { format!("\"{path}\"") } else { format!("'{path}'") };
    object.dict.set_name(&intern("filename"), Value::str(path));
    fault_of(&object, format!("[Errno {number}] {text}: {quoted}"))
}

/// Opens a text file.
///
/// Errors: ValueError for modes that do not exist, OSError, UnicodeDecodeError.
pub fn open(path: &str, mode: &str) -> Result<TextFile> {
    let known = mode.chars().all(|c| "rwaxt+".contains(c));
    let kinds = mode.chars().filter(|c| "rwax".contains(*c)).count();
    if !known || kinds > 1 {
        return Err(if known {
            Fault::value("must have exactly one of create/read/write/append mode")
        } else {
            Fault::value(format!("invalid mode: '{mode}'"))
        });
    }
    if kinds == 0 {
        return Err(Fault::value("Must have exactly one of create/read/write/append mode and at most one plus"));
    }
    let fail = |e: std::io::Error| os_error(&e, path);
    let is_directory = || std::io::Error::from_raw_os_error(21);
    let stream = if mode.contains('+') {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(!mode.contains('r')).truncate(mode.contains('w'));
        options.create_new(mode.contains('x'));
        let mut file = options.open(path).map_err(fail)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(fail)?;
        let text = String::from_utf8(bytes).map_err(|e| undecodable(&e))?;
        let append = mode.contains('a');
        Stream::Update { file, at: if append { text.len() } else { 0 }, text, append, dirty: false }
    } else if mode.contains('r') {
        if std::path::Path::new(path).is_dir() {
            return Err(fail(is_directory()));
        }
        let mut bytes = Vec::new();
        File::open(path).and_then(|mut f| f.read_to_end(&mut bytes)).map_err(fail)?;
        let text = String::from_utf8(bytes).map_err(|e| undecodable(&e))?;
        let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
        Stream::Reader { text, at: 0 }
    } else {
        let mut options = OpenOptions::new();
        match () {
            () if mode.contains('w') => options.write(true).create(true).truncate(true),
            () if mode.contains('a') => options.append(true).create(true),
            () => options.write(true).create_new(true),
        };
        Stream::Writer { file: options.open(path).map_err(fail)?, buffer: Vec::new() }
    };
    Ok(TextFile { stream: RefCell::new(stream), name: path.to_string(), mode: mode.to_string() })
}

fn undecodable(error: &std::string::FromUtf8Error) -> Error {
    let at = error.utf8_error().valid_up_to();
    let byte = error.as_bytes().get(at).copied().unwrap_or(0);
    Fault::new(
        crate::diag::ExcKind::UnicodeDecodeError,
        format!("'utf-8' codec can't decode byte 0x{byte:02x} in position {at}: invalid start byte"),
    )
}

impl TextFile {
    /// The file as a value.
    pub fn object(self) -> Value {
        Value::Object(Instance::native(extra().text_file.clone(), self))
    }

    /// Writes a text.
    ///
    /// Errors: ValueError when it is closed, OSError.
    pub fn write(&self, text: &str, caller: &mut dyn Caller) -> Result<()> {
        match &mut *self.stream.borrow_mut() {
            Stream::Out => return caller.write(text),
            Stream::Err => return caller.write_error(text),
            Stream::Writer { file, buffer } => {
                buffer.extend_from_slice(text.as_bytes());
                if buffer.len() > 1 << 16 {
                    file.write_all(buffer).map_err(|e| os_error(&e, &self.name))?;
                    buffer.clear();
                }
            }
            Stream::Memory { text: own, at } => overwrite(own, at, text),
            Stream::Update { text: own, at, append, dirty, .. } => {
                if *append {
                    *at = own.len();
                }
                overwrite(own, at, text);
                *dirty = true;
            }
            Stream::Reader { .. } | Stream::In => return Err(unsupported("not writable")),
            Stream::Closed => return Err(closed()),
        }
        Ok(())
    }

    /// Writes what is held back.
    pub fn flush(&self) -> Result<()> {
        if let Stream::Writer { file, buffer } = &mut *self.stream.borrow_mut() {
            file.write_all(buffer).map_err(|e| os_error(&e, &self.name))?;
            buffer.clear();
        }
        if let Stream::Update { file, text, dirty, .. } = &mut *self.stream.borrow_mut()
            && std::mem::take(dirty)
        {
            let rewritten = file.rewind().and_then(|()| file.write_all(text.as_bytes()));
            rewritten.and_then(|()| file.set_len(text.len() as u64)).map_err(|e| os_error(&e, &self.name))?;
        }
        Ok(())
    }

    /// Closes the file.
    pub fn close(&self) -> Result<()> {
        self.flush()?;
        let mut stream = self.stream.borrow_mut();
        if !matches!(*stream, Stream::Out | Stream::Err | Stream::In) {
            *stream = Stream::Closed;
        }
        Ok(())
    }

    /// The next line with its break; empty at the end.
    fn line(&self, caller: &mut dyn Caller) -> Result<String> {
        match &mut *self.stream.borrow_mut() {
            Stream::Reader { text, at } | Stream::Memory { text, at } | Stream::Update { text, at, .. } => {
                let rest = text.get(*at..).unwrap_or("");
                let end = rest.find('\n').map_or(rest.len(), |i| i + 1);
                let line = rest[..end].to_string();
                *at += end;
                Ok(line)
            }
            Stream::In => Ok(caller.read_line("")?.map_or_else(String::new, |l| l + "\n")),
            Stream::Closed => Err(closed()),
            _ => Err(unsupported("not readable")),
        }
    }

    /// Up to that many characters; all that is left for negative numbers.
    fn read(&self, count: i64, caller: &mut dyn Caller) -> Result<String> {
        match &mut *self.stream.borrow_mut() {
            Stream::Reader { text, at } | Stream::Memory { text, at } | Stream::Update { text, at, .. } => {
                let rest = text.get(*at..).unwrap_or("");
                let end = match usize::try_from(count) {
                    Ok(n) => rest.char_indices().nth(n).map_or(rest.len(), |(i, _)| i),
                    Err(_) => rest.len(),
                };
                let read = rest[..end].to_string();
                *at += end;
                Ok(read)
            }
            Stream::In => {
                let mut all = String::new();
                while let Some(line) = caller.read_line("")? {
                    all.push_str(&line);
                    all.push('\n');
                }
                Ok(all)
            }
            Stream::Closed => Err(closed()),
            _ => Err(unsupported("not readable")),
        }
    }
}

/// Writes a text into another at a position, which moves behind it.
fn overwrite(own: &mut String, at: &mut usize, text: &str) {
    let start = (*at).min(own.len());
    let end = (start + text.len()).min(own.len());
    if own.is_char_boundary(start) && own.is_char_boundary(end) {
        own.replace_range(start..end, text);
    } else {
        own.push_str(text);
    }
    *at = start + text.len();
}

impl Drop for TextFile {
    fn drop(&mut self) {
        // An error at this point has nobody to be told to.
        let _ = self.flush();
    }
}

#[cold]
fn closed() -> Error {
    Fault::value("I/O operation on closed file.")
}

#[cold]
fn unsupported(message: &str) -> Error {
    let class = super::super::classes::library_exception("UnsupportedOperation", "io", &types().os_error);
    super::super::convert::raise(&class, message)
}

static METHODS: [Def; 17] = [
    Def("read", "self, size=-1, /", "Read up to size characters, all by default.", |n, c, args| {
        let a = bind(n, args)?;
        let count = if a[1].is_none() { -1 } else { to_index(&a[1], c)? };
        file(n, &a[0])?.read(count, c).map(Value::str)
    }),
    Def("readline", "self, size=-1, /", "Read one line with its line break.", |n, c, args| {
        let a = bind(n, args)?;
        file(n, &a[0])?.line(c).map(Value::str)
    }),
    Def("readlines", "self, hint=-1, /", "Read the remaining lines.", |n, c, args| {
        let a = bind(n, args)?;
        let (file, mut lines) = (file(n, &a[0])?, Vec::new());
        loop {
            let line = file.line(c)?;
            if line.is_empty() {
                return Ok(Value::list(lines));
            }
            lines.push(Value::str(line));
        }
    }),
    Def("write", "self, text, /", "Write a string; return its number of characters.", |n, c, args| {
        let a = bind(n, args)?;
        let Value::Str(text) = &*super::super::convert::unwrapped(&a[1]) else {
            return Err(Fault::type_error(format!("write() argument must be str, not {}", class_name(&a[1]))));
        };
        file(n, &a[0])?.write(text, c)?;
        Ok(Value::from(text.chars()))
    }),
    Def("writelines", "self, lines, /", "Write strings one after another.", |n, c, args| {
        let a = bind(n, args)?;
        let file = file(n, &a[0])?;
        for line in c.collect(&a[1])? {
            match line.as_str() {
                Some(text) => file.write(text, c)?,
                None => {
                    return Err(Fault::type_error(format!("write() argument must be str, not {}", class_name(&line))));
                }
            }
        }
        Ok(Value::None)
    }),
    Def("flush", "self, /", "Write what is held back.", |n, _, args| {
        let a = bind(n, args)?;
        file(n, &a[0])?.flush().map(|()| Value::None)
    }),
    Def("close", "self, /", "Close the file.", |n, _, args| {
        let a = bind(n, args)?;
        file(n, &a[0])?.close().map(|()| Value::None)
    }),
    Def("seek", "self, offset, whence=0, /", "Move to a position.", seek),
    Def("tell", "self, /", "The position.", |n, _, args| {
        let a = bind(n, args)?;
        match &mut *file(n, &a[0])?.stream.borrow_mut() {
            Stream::Reader { at, .. } | Stream::Memory { at, .. } | Stream::Update { at, .. } => Ok(Value::from(*at)),
            Stream::Writer { file, buffer } => {
                let position = file.stream_position().unwrap_or(0) as usize;
                Ok(Value::from(position + buffer.len()))
            }
            Stream::Closed => Err(closed()),
            _ => Ok(Value::Int(0)),
        }
    }),
    Def("getvalue", "self, /", "The whole text.", |n, _, args| {
        let a = bind(n, args)?;
        match &*file(n, &a[0])?.stream.borrow() {
            Stream::Memory { text, .. } => Ok(Value::str(text.as_str())),
            _ => Err(unsupported("getvalue")),
        }
    }),
    Def("isatty", "self, /", "Whether it is a terminal.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::Bool(false))
    }),
    Def("readable", "self, /", "Whether it can be read.", |n, _, args| {
        let a = bind(n, args)?;
        let file = file(n, &a[0])?;
        let stream = file.stream.borrow();
        Ok(Value::Bool(matches!(
            *stream,
            Stream::Reader { .. } | Stream::Memory { .. } | Stream::Update { .. } | Stream::In
        )))
    }),
    Def("writable", "self, /", "Whether it can be written.", |n, _, args| {
        let a = bind(n, args)?;
        let file = file(n, &a[0])?;
        let stream = file.stream.borrow();
        Ok(Value::Bool(!matches!(*stream, Stream::Reader { .. } | Stream::In | Stream::Closed)))
    }),
    Def("__enter__", "self, /", "The file itself.", |n, _, args| {
        let a = bind(n, args)?;
        match &*file(n, &a[0])?.stream.borrow() {
            Stream::Closed => Err(closed()),
            _ => Ok(a[0].clone()),
        }
    }),
    Def("__exit__", "self, /, *args", "Close the file.", |n, _, args| {
        let a = bind(n, args)?;
        file(n, &a[0])?.close().map(|()| Value::None)
    }),
    Def("__iter__", "self, /", "The file itself.", |n, _, args| Ok(bind(n, args)?[0].clone())),
    Def("__next__", "self, /", "The next line.", |n, c, args| {
        let a = bind(n, args)?;
        let line = file(n, &a[0])?.line(c)?;
        if line.is_empty() { Err(stop_iteration()) } else { Ok(Value::str(line)) }
    }),
];

static SHOWN: [Def; 1] = [Def("__repr__", "self, /", "Return repr(self).", |n, _, args| {
    let a = bind(n, args)?;
    let file = file(n, &a[0])?;
    Ok(Value::str(format!("<_io.TextIOWrapper name='{}' mode='{}' encoding='UTF-8'>", file.name, file.mode)))
})];

static ATTRIBUTES: [GetSet; 4] = [
    attribute("name", "The file's path.", |v, _| Ok(Value::str(of(v).map(|f| f.name.clone()).unwrap_or_default()))),
    attribute("mode", "The mode it was opened in.", |v, _| {
        Ok(Value::str(of(v).map(|f| f.mode.clone()).unwrap_or_default()))
    }),
    attribute("closed", "Whether it is closed.", |v, _| {
        Ok(Value::Bool(of(v).is_some_and(|f| matches!(*f.stream.borrow(), Stream::Closed))))
    }),
    attribute("encoding", "The encoding.", |_, _| Ok(Value::str("utf-8"))),
];

/// Fills the classes.
pub fn install() {
    let classes = extra();
    for class in [&classes.text_file, &classes.string_file] {
        add_methods(class, "TextIOWrapper", &METHODS);
        add_attributes(class, &ATTRIBUTES);
    }
    add_methods(&classes.text_file, "TextIOWrapper", &SHOWN);
    classes
        .string_file
        .construct
        .set(Some(|_, _, args| Ok(in_memory(args.values.get(1).and_then(Value::as_str).unwrap_or("")))));
}

fn file(native: &Native, value: &Value) -> Result<Rc<TextFile>> {
    of(value).ok_or_else(|| wrong_receiver(native, value))
}

fn seek(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let file = file(native, &a[0])?;
    let (offset, whence) = (to_index(&a[1], caller)?, to_index(&a[2], caller)?);
    if offset < 0 {
        return Err(Fault::value(format!("negative seek position {offset}")));
    }
    file.flush()?;
    match &mut *file.stream.borrow_mut() {
        Stream::Reader { text, at } | Stream::Memory { text, at } | Stream::Update { text, at, .. } => {
            let mut target = if whence == 2 { text.len() } else { (offset as usize).min(text.len()) };
            while !text.is_char_boundary(target) {
                target += 1;
            }
            *at = target;
            Ok(Value::from(*at))
        }
        Stream::Writer { file: f, .. } => {
            let to = if whence == 2 { SeekFrom::End(0) } else { SeekFrom::Start(offset as u64) };
            f.seek(to).map(|n| Value::Int(n as i64)).map_err(|e| os_error(&e, &file.name))
        }
        Stream::Closed => Err(closed()),
        _ => Err(unsupported("underlying stream is not seekable")),
    }
}
