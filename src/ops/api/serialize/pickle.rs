//! Values written as a pickle of protocol 2, tensors by reference to their storages.

use crate::array::{Array, Storage};
use crate::diag::{ExcKind, Fault, Result};
use crate::tensor::Tensor;
use crate::value::protocol::class_name;
use crate::value::{Caller, Class, Instance, TupleKind, Value, intern};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Deeper nesting is refused.
const DEEPEST: usize = 400;

/// A pickle being written.
#[derive(Default)]
pub struct Pickler {
    out: Vec<u8>,
    /// The place in the memo of each object written, by address.
    memo: FxHashMap<usize, u32>,
    globals: FxHashMap<String, u32>,
    next: u32,
    /// The storages, in the order of their keys.
    pub storages: Vec<Rc<Storage>>,
    /// What must live until the pickle is written, so that addresses stay unique.
    alive: Vec<Value>,
}

impl Pickler {
    /// The pickle of a value.
    ///
    /// Errors: TypeError for values that cannot be written, RecursionError for deep nesting.
    pub fn pickle(mut self, value: &Value, caller: &mut dyn Caller) -> Result<(Vec<u8>, Vec<Rc<Storage>>)> {
        self.out.extend_from_slice(b"\x80\x02");
        self.write(value, 0, caller)?;
        self.out.push(b'.');
        Ok((self.out, self.storages))
    }

    fn put(&mut self) -> u32 {
        let at = self.next;
        self.next += 1;
        match u8::try_from(at) {
            Ok(n) => self.out.extend_from_slice(&[b'q', n]),
            Err(_) => {
                self.out.push(b'r');
                self.out.extend_from_slice(&at.to_le_bytes());
            }
        }
        at
    }

    fn get(&mut self, at: u32) {
        match u8::try_from(at) {
            Ok(n) => self.out.extend_from_slice(&[b'h', n]),
            Err(_) => {
                self.out.push(b'j');
                self.out.extend_from_slice(&at.to_le_bytes());
            }
        }
    }

    fn global(&mut self, module: &str, name: &str) {
        let key = format!("{module}\n{name}");
        if let Some(&at) = self.globals.get(&key) {
            return self.get(at);
        }
        self.out.push(b'c');
        self.out.extend_from_slice(key.as_bytes());
        self.out.push(b'\n');
        let at = self.put();
        self.globals.insert(key, at);
    }

    fn int(&mut self, n: i64) {
        if let Ok(byte) = u8::try_from(n) {
            self.out.extend_from_slice(&[b'K', byte]);
        } else if let Ok(short) = u16::try_from(n) {
            self.out.push(b'M');
            self.out.extend_from_slice(&short.to_le_bytes());
        } else if let Ok(word) = i32::try_from(n) {
            self.out.push(b'J');
            self.out.extend_from_slice(&word.to_le_bytes());
        } else {
            self.out.extend_from_slice(&[0x8a, 8]);
            self.out.extend_from_slice(&n.to_le_bytes());
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push(b'X');
        self.out.extend_from_slice(&(text.len() as u32).to_le_bytes());
        self.out.extend_from_slice(text.as_bytes());
        self.put();
    }

    /// Writes the memoised object again, or remembers that it is being written. Whether it was known.
    fn known(&mut self, value: &Value) -> bool {
        match value.address().and_then(|a| self.memo.get(&a).copied()) {
            Some(at) => {
                self.get(at);
                true
            }
            None => false,
        }
    }

    fn remember(&mut self, value: &Value) {
        let at = self.put();
        if let Some(address) = value.address() {
            self.memo.insert(address, at);
            self.alive.push(value.clone());
        }
    }

    fn write(&mut self, value: &Value, depth: usize, caller: &mut dyn Caller) -> Result<()> {
        if depth > DEEPEST {
            return Err(Fault::new(
                ExcKind::RecursionError,
                "maximum recursion depth exceeded while pickling an object",
            ));
        }
        match value {
            Value::None => self.out.push(b'N'),
            Value::Bool(b) => self.out.push(if *b { 0x88 } else { 0x89 }),
            Value::Int(i) => self.int(*i),
            Value::Float(f) => {
                self.out.push(b'G');
                self.out.extend_from_slice(&f.to_be_bytes());
            }
            Value::Big(b) => {
                let bytes = b.to_signed_bytes_le();
                let Ok(n) = u8::try_from(bytes.len()) else { return Err(Fault::overflow("int too large to pickle")) };
                self.out.extend_from_slice(&[0x8a, n]);
                self.out.extend_from_slice(&bytes);
            }
            Value::Str(s) => {
                if !self.known(value) {
                    self.out.push(b'X');
                    self.out.extend_from_slice(&(s.len() as u32).to_le_bytes());
                    self.out.extend_from_slice(s.as_bytes());
                    self.remember(value);
                }
            }
            Value::DType(d) => self.global("torch", d.name()),
            Value::Tuple(t) => {
                if self.known(value) {
                    return Ok(());
                }
                match &t.kind {
                    TupleKind::Size => {
                        self.global("torch", "Size");
                        self.tuple(t, depth, caller)?;
                        self.out.extend_from_slice(&[0x85, b'R']);
                    }
                    _ => self.tuple(t, depth, caller)?,
                }
                self.remember(value);
            }
            Value::List(list) => {
                if self.known(value) {
                    return Ok(());
                }
                self.out.push(b']');
                self.remember(value);
                let items = list.to_vec();
                if !items.is_empty() {
                    self.out.push(b'(');
                    for item in &items {
                        self.write(item, depth + 1, caller)?;
                    }
                    self.out.push(b'e');
                }
            }
            Value::Dict(dict) => {
                if self.known(value) {
                    return Ok(());
                }
                self.out.push(b'}');
                self.remember(value);
                self.items(dict.items(), depth, caller)?;
            }
            Value::Set(set) => {
                self.global("__builtin__", if set.frozen { "frozenset" } else { "set" });
                self.write(&Value::list(set.items()), depth + 1, caller)?;
                self.out.extend_from_slice(&[0x85, b'R']);
                self.remember(value);
            }
            Value::Tensor(t) => {
                if !self.known(value) {
                    self.tensor(t);
                    self.remember(value);
                }
            }
            Value::Class(c) => self.class(c),
            Value::Function(f) => {
                let (module, name) = (f.module.name.to_string(), f.qualname.borrow().to_string());
                if name.contains('<') {
                    return Err(Fault::attribute(format!("Can't pickle local object '{name}'")));
                }
                self.global(&module, &name);
            }
            Value::Object(o) => self.object(value, o, depth, caller)?,
            other => {
                return Err(Fault::type_error(format!("cannot pickle '{}' object", class_name(other))));
            }
        }
        Ok(())
    }

    fn class(&mut self, class: &Class) {
        let module = if class.module.as_str() == "builtins" { "__builtin__" } else { class.module.as_str() };
        self.global(module, &class.name);
    }

    fn tuple(&mut self, items: &[Value], depth: usize, caller: &mut dyn Caller) -> Result<()> {
        let short = matches!(items.len(), 1..=3);
        if items.is_empty() {
            self.out.push(b')');
            return Ok(());
        }
        if !short {
            self.out.push(b'(');
        }
        for item in items {
            self.write(item, depth + 1, caller)?;
        }
        self.out.push(match items.len() {
            1 => 0x85,
            2 => 0x86,
            3 => 0x87,
            _ => b't',
        });
        Ok(())
    }

    fn items(&mut self, items: Vec<(Value, Value)>, depth: usize, caller: &mut dyn Caller) -> Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        self.out.push(b'(');
        for (key, item) in &items {
            self.write(key, depth + 1, caller)?;
            self.write(item, depth + 1, caller)?;
        }
        self.out.push(b'u');
        Ok(())
    }

    /// An object: an ordered dictionary, or a class with the attributes of its instance.
    fn object(&mut self, value: &Value, object: &Rc<Instance>, depth: usize, caller: &mut dyn Caller) -> Result<()> {
        if self.known(value) {
            return Ok(());
        }
        let class = object.class();
        if let Some(Value::Dict(dict)) = object.value() {
            self.global("collections", "OrderedDict");
            self.out.extend_from_slice(b")R");
            self.remember(value);
            return self.items(dict.items(), depth, caller);
        }
        if let Some(inner) = object.value() {
            return self.write(&inner, depth + 1, caller);
        }
        if !class.is_user {
            return Err(Fault::type_error(format!("cannot pickle '{}' object", class.name)));
        }
        self.class(&class);
        self.out.extend_from_slice(b")\x81");
        self.remember(value);
        let state = match caller.find_attr(value, &intern("__getstate__"))? {
            Some(f) if matches!(f, Value::Method(_)) => caller.call(&f, crate::value::Args::NONE)?,
            _ => Value::Dict(object.dict.clone()),
        };
        self.write(&state, depth + 1, caller)?;
        self.out.push(b'b');
        Ok(())
    }

    fn tensor(&mut self, t: &Tensor) {
        if t.is_parameter() {
            self.global("torch._utils", "_rebuild_parameter");
            self.plain_tensor(&t.array(), false);
            self.out.push(if t.requires_grad() { 0x88 } else { 0x89 });
            self.hooks();
            self.out.extend_from_slice(&[0x87, b'R']);
        } else {
            self.plain_tensor(&t.array(), t.requires_grad());
        }
    }

    /// `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)`
    fn plain_tensor(&mut self, array: &Array, requires_grad: bool) {
        self.global("torch._utils", "_rebuild_tensor_v2");
        let key = match self.storages.iter().position(|s| Rc::ptr_eq(s, &array.storage)) {
            Some(known) => known,
            None => {
                self.storages.push(array.storage.clone());
                self.storages.len() - 1
            }
        };
        let elements = array.stored();
        self.out.extend_from_slice(b"((");
        self.text("storage");
        self.global("torch", &format!("{}Storage", array.dtype.scalar_type()));
        self.text(&key.to_string());
        self.text("cpu");
        self.int(elements as i64);
        self.out.extend_from_slice(b"tQ");
        self.int(array.layout.offset as i64);
        self.out.push(b'(');
        array.sizes().iter().for_each(|&n| self.int(n as i64));
        self.out.extend_from_slice(b"t(");
        array.layout.strides.iter().for_each(|&n| self.int(n as i64));
        self.out.push(b't');
        self.out.push(if requires_grad { 0x88 } else { 0x89 });
        self.hooks();
        self.out.extend_from_slice(b"tR");
    }

    /// The empty ordered dictionary of hooks.
    fn hooks(&mut self) {
        self.global("collections", "OrderedDict");
        self.out.extend_from_slice(b")R");
    }
}
