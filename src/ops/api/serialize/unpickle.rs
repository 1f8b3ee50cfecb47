//! Values read from a pickle without executing anything: a fixed list of names, each with its meaning here.
//!
//! Whole objects of the program's classes are read only where `weights_only=False` asks for it, and then by setting
//! the attributes of a bare instance.

use super::elements::from_bytes;
use super::zip::ZipReader;
use crate::array::{Array, DType, Dims, KnownLayout, Layout, Storage, Strides};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::{Args, Caller, Dict, Instance, Set, TupleKind, Value, intern, sequence::Tuple};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// A thing on the stack.
#[derive(Clone)]
enum Item {
    Value(Value),
    Mark,
    Global(Rc<str>, Rc<str>),
    Storage(Rc<Storage>, DType),
    /// A tuple with things that are no values: a persistent id, or the arguments of a rebuilding function.
    Tuple(Rc<[Item]>),
}

/// A pickle being read.
pub struct Unpickler<'a, 'c> {
    data: &'a [u8],
    at: usize,
    stack: Vec<Item>,
    memo: FxHashMap<u32, Item>,
    archive: &'a ZipReader<'a>,
    storages: FxHashMap<String, Rc<Storage>>,
    weights_only: bool,
    caller: &'c mut dyn Caller,
}

#[cold]
fn broken(what: &str) -> crate::diag::Error {
    Fault::runtime(format!("torch.load: the pickle is damaged: {what}"))
}

impl<'a, 'c> Unpickler<'a, 'c> {
    /// A reader of the pickle of an archive.
    pub fn new(data: &'a [u8], archive: &'a ZipReader<'a>, weights_only: bool, caller: &'c mut dyn Caller) -> Self {
        let (stack, memo, storages) = (Vec::new(), FxHashMap::default(), FxHashMap::default());
        Unpickler { data, at: 0, stack, memo, archive, storages, weights_only, caller }
    }

    fn bytes(&mut self, n: usize) -> Result<&'a [u8]> {
        let end =
            self.at.checked_add(n).filter(|&e| e <= self.data.len()).ok_or_else(|| broken("it ends too early"))?;
        let bytes = &self.data[self.at..end];
        self.at = end;
        Ok(bytes)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.bytes(1)?[0])
    }

    fn word(&mut self) -> Result<u32> {
        let b = self.bytes(4)?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    fn line(&mut self) -> Result<Rc<str>> {
        let rest = &self.data[self.at..];
        let n = rest.iter().position(|&b| b == b'\n').ok_or_else(|| broken("a line does not end"))?;
        let text = std::str::from_utf8(&rest[..n]).map_err(|_| broken("a name is not text"))?;
        self.at += n + 1;
        Ok(text.into())
    }

    fn push(&mut self, value: Value) {
        self.stack.push(Item::Value(value));
    }

    fn pop(&mut self) -> Result<Item> {
        self.stack.pop().ok_or_else(|| broken("the stack is empty"))
    }

    fn pop_value(&mut self) -> Result<Value> {
        let item = self.pop()?;
        self.value(item)
    }

    /// A thing as a value.
    fn value(&mut self, item: Item) -> Result<Value> {
        match item {
            Item::Value(v) => Ok(v),
            Item::Global(module, name) => self.global_value(&module, &name),
            Item::Storage(storage, dtype) => {
                let n = stored(&storage, dtype);
                Ok(Value::tensor(Array::new(storage, KnownLayout::fresh(Dims::from_slice(&[n])), dtype)))
            }
            Item::Tuple(items) => Ok(Value::tuple(self.values(items.to_vec())?)),
            Item::Mark => Err(broken("a value was expected")),
        }
    }

    /// The things since the last mark.
    fn since_mark(&mut self) -> Result<Vec<Item>> {
        let at = self.stack.iter().rposition(|i| matches!(i, Item::Mark)).ok_or_else(|| broken("a mark is missing"))?;
        let items = self.stack.split_off(at + 1);
        self.stack.pop();
        Ok(items)
    }

    fn values(&mut self, items: Vec<Item>) -> Result<Vec<Value>> {
        items.into_iter().map(|i| self.value(i)).collect()
    }

    /// A tuple of things.
    ///
    /// Errors: RuntimeError for such tuples within each other, which no tensor needs.
    fn tuple(&mut self, items: Vec<Item>) -> Result<()> {
        if items.iter().any(|i| matches!(i, Item::Tuple(_))) {
            return Err(broken("a value was expected"));
        }
        let plain: Option<Vec<Value>> = items
            .iter()
            .map(|i| match i {
                Item::Value(v) => Some(v.clone()),
                _ => None,
            })
            .collect();
        self.stack.push(match plain {
            Some(values) => Item::Value(Value::tuple(values)),
            None => Item::Tuple(items.into()),
        });
        Ok(())
    }

    fn top(&self) -> Result<&Item> {
        self.stack.last().ok_or_else(|| broken("the stack is empty"))
    }

    /// The value of the whole pickle.
    ///
    /// Errors: RuntimeError for damaged pickles and for names that are not allowed.
    pub fn read(mut self) -> Result<Value> {
        loop {
            match self.byte()? {
                0x80 => {
                    self.byte()?;
                }
                0x95 => {
                    self.bytes(8)?;
                }
                b'.' => return self.pop_value(),
                b'(' => self.stack.push(Item::Mark),
                b'N' => self.push(Value::None),
                0x88 => self.push(Value::Bool(true)),
                0x89 => self.push(Value::Bool(false)),
                b'K' => {
                    let n = self.byte()?;
                    self.push(Value::Int(n as i64));
                }
                b'M' => {
                    let b = self.bytes(2)?;
                    self.push(Value::Int(u16::from_le_bytes([b[0], b[1]]) as i64));
                }
                b'J' => {
                    let n = self.word()? as i32;
                    self.push(Value::Int(n as i64));
                }
                0x8a => {
                    let n = self.byte()? as usize;
                    let bytes = self.bytes(n)?;
                    self.push(Value::big(num_bigint::BigInt::from_signed_bytes_le(bytes)));
                }
                b'G' => {
                    let b = self.bytes(8)?;
                    let mut eight = [0; 8];
                    eight.copy_from_slice(b);
                    self.push(Value::Float(f64::from_be_bytes(eight)));
                }
                b'X' => {
                    let n = self.word()? as usize;
                    self.text(n)?;
                }
                0x8c => {
                    let n = self.byte()? as usize;
                    self.text(n)?;
                }
                b')' => self.push(Value::tuple([])),
                b']' => self.push(Value::list(Vec::new())),
                b'}' => self.push(Value::Dict(Dict::new())),
                0x85 => self.short_tuple(1)?,
                0x86 => self.short_tuple(2)?,
                0x87 => self.short_tuple(3)?,
                b't' => {
                    let items = self.since_mark()?;
                    self.tuple(items)?;
                }
                b'a' => {
                    let item = self.pop_value()?;
                    self.append(vec![item])?;
                }
                b'e' => {
                    let items = self.since_mark()?;
                    let values = self.values(items)?;
                    self.append(values)?;
                }
                b's' => {
                    let (value, key) = (self.pop_value()?, self.pop_value()?);
                    self.set_items(vec![key, value])?;
                }
                b'u' => {
                    let items = self.since_mark()?;
                    let values = self.values(items)?;
                    self.set_items(values)?;
                }
                b'q' => {
                    let n = self.byte()? as u32;
                    let top = self.top()?.clone();
                    self.memo.insert(n, top);
                }
                b'r' => {
                    let n = self.word()?;
                    let top = self.top()?.clone();
                    self.memo.insert(n, top);
                }
                0x94 => {
                    let top = self.top()?.clone();
                    self.memo.insert(self.memo.len() as u32, top);
                }
                b'h' => {
                    let n = self.byte()? as u32;
                    self.recall(n)?;
                }
                b'j' => {
                    let n = self.word()?;
                    self.recall(n)?;
                }
                b'c' => {
                    let (module, name) = (self.line()?, self.line()?);
                    self.check_global(&module, &name)?;
                    self.stack.push(Item::Global(module, name));
                }
                b'Q' => self.persistent()?,
                b'R' => self.reduce()?,
                0x81 => self.new_object()?,
                b'b' => self.build()?,
                b'0' => {
                    self.pop()?;
                }
                other => return Err(broken(&format!("operation {other:#x} is not known"))),
            }
        }
    }

    fn text(&mut self, n: usize) -> Result<()> {
        let text = std::str::from_utf8(self.bytes(n)?).map_err(|_| broken("a string is not text"))?;
        self.push(Value::from(text));
        Ok(())
    }

    fn recall(&mut self, n: u32) -> Result<()> {
        let item = self.memo.get(&n).cloned().ok_or_else(|| broken("nothing is remembered there"))?;
        self.stack.push(item);
        Ok(())
    }

    fn short_tuple(&mut self, n: usize) -> Result<()> {
        let at = self.stack.len().checked_sub(n).ok_or_else(|| broken("the stack is empty"))?;
        let items = self.stack.split_off(at);
        self.tuple(items)
    }

    fn append(&mut self, items: Vec<Value>) -> Result<()> {
        match self.top()? {
            Item::Value(Value::List(list)) => {
                list.borrow_mut().extend(items);
                Ok(())
            }
            _ => Err(broken("a list was expected")),
        }
    }

    fn set_items(&mut self, items: Vec<Value>) -> Result<()> {
        let target = match self.top()? {
            Item::Value(v) => v.clone(),
            _ => return Err(broken("a dictionary was expected")),
        };
        for pair in items.chunks_exact(2) {
            match &target {
                Value::Dict(dict) => {
                    dict.insert(pair[0].clone(), pair[1].clone(), self.caller)?;
                }
                other => self.caller.set_item(other, &pair[0], pair[1].clone())?,
            }
        }
        Ok(())
    }

    /// Refuses names that are not on the list.
    fn check_global(&self, module: &str, name: &str) -> Result<()> {
        let known = match module {
            "collections" => name == "OrderedDict",
            "torch._utils" => matches!(name, "_rebuild_tensor_v2" | "_rebuild_parameter" | "_rebuild_tensor"),
            "torch" => {
                name == "Size"
                    || DType::from_name(name).is_some()
                    || name.strip_suffix("Storage").and_then(storage_type).is_some()
            }
            "torch.nn.parameter" => name == "Parameter",
            "__builtin__" | "builtins" => matches!(name, "set" | "frozenset" | "dict" | "list" | "tuple"),
            "torch.storage" => name == "UntypedStorage",
            _ => false,
        };
        if known || !self.weights_only {
            return Ok(());
        }
        Err(Fault::runtime(format!(
            "Weights only load failed. WeightsUnpickler error: Unsupported global: GLOBAL {module}.{name} was not an \
             allowed global by default."
        ))
        .with_help("torch.load(f, weights_only=False), if you trust the file"))
    }

    fn global_value(&mut self, module: &str, name: &str) -> Result<Value> {
        if module == "torch"
            && let Some(dtype) = DType::from_name(name)
        {
            return Ok(Value::DType(dtype));
        }
        let module = if module == "__builtin__" { "builtins" } else { module };
        let home = self.caller.import(module)?;
        self.caller.get_attr(&home, &intern(name))
    }

    /// The storage that a persistent id names.
    fn persistent(&mut self) -> Result<()> {
        let items = self.arguments()?;
        let [Item::Value(kind), Item::Global(_, class), Item::Value(key), _, Item::Value(count)] = &items[..] else {
            return Err(broken("a persistent id was expected"));
        };
        let dtype = class.strip_suffix("Storage").and_then(storage_type);
        let (Some("storage"), Some(dtype), Some(key), Some(count)) =
            (kind.as_str(), dtype, key.as_str(), count.as_int())
        else {
            return Err(broken("a storage was expected"));
        };
        let storage = match self.storages.get(key) {
            Some(known) => known.clone(),
            None => {
                let bytes = self
                    .archive
                    .record(&format!("data/{key}"))
                    .ok_or_else(|| broken(&format!("the storage {key} is missing")))?;
                let count = usize::try_from(count).map_err(|_| broken("a storage has a negative size"))?;
                let made = Storage::new(from_bytes(dtype, count, bytes)?);
                self.storages.insert(key.to_string(), made.clone());
                made
            }
        };
        self.stack.push(Item::Storage(storage, dtype));
        Ok(())
    }

    /// The things in the tuple on top of the stack.
    fn arguments(&mut self) -> Result<Vec<Item>> {
        match self.pop()? {
            Item::Value(Value::Tuple(t)) => Ok(t.iter().cloned().map(Item::Value).collect()),
            Item::Tuple(items) => Ok(items.to_vec()),
            _ => Err(broken("a tuple was expected")),
        }
    }

    fn reduce(&mut self) -> Result<()> {
        let args = self.arguments()?;
        let Item::Global(module, name) = self.pop()? else { return Err(broken("a function was expected")) };
        let made = match (&*module, &*name) {
            ("collections", "OrderedDict") => {
                let home = self.caller.import("collections")?;
                let class = self.caller.get_attr(&home, &intern("OrderedDict"))?;
                let values = self.values(args)?;
                self.caller.call(&class, Args::of(&values))?
            }
            ("torch._utils", "_rebuild_tensor_v2" | "_rebuild_tensor") => tensor(&args)?,
            ("torch._utils", "_rebuild_parameter") => {
                let [Item::Value(Value::Tensor(t)), Item::Value(Value::Bool(on)), ..] = &args[..] else {
                    return Err(broken("a parameter was expected"));
                };
                let parameter = t.detach();
                parameter.set_parameter();
                parameter.set_requires_grad(*on)?;
                Value::Tensor(parameter)
            }
            ("torch", "Size") => match &args[..] {
                [Item::Value(Value::Tuple(t))] => Value::Tuple(Tuple::new(TupleKind::Size, t.iter().cloned())),
                _ => return Err(broken("sizes were expected")),
            },
            ("__builtin__" | "builtins", "set" | "frozenset") => match &args[..] {
                [Item::Value(Value::List(l))] => Value::Set(Set::new(l.to_vec(), &*name == "frozenset", self.caller)?),
                _ => return Err(broken("a set was expected")),
            },
            ("__builtin__" | "builtins", "dict") => Value::Dict(Dict::new()),
            _ => {
                return Err(Fault::runtime(format!(
                    "Weights only load failed. Trying to call reduce for unrecognized function {module}.{name}"
                )));
            }
        };
        self.push(made);
        Ok(())
    }

    /// A bare instance of a class of the program.
    fn new_object(&mut self) -> Result<()> {
        self.arguments()?;
        let class = self.pop_value()?;
        let Value::Class(class) = class else { return Err(broken("a class was expected")) };
        self.push(Value::Object(Instance::new(class)));
        Ok(())
    }

    /// Sets the attributes of the object below the state.
    fn build(&mut self) -> Result<()> {
        let state = self.pop_value()?;
        let Item::Value(target) = self.top()?.clone() else { return Err(broken("an object was expected")) };
        let attributes = match &state {
            Value::Dict(d) => d.items(),
            Value::Tuple(t) => match t.first() {
                Some(Value::Dict(d)) => d.items(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        if let Value::Object(object) = &target {
            for (name, value) in attributes {
                if let Value::Str(name) = name {
                    object.dict.set_name(&intern(&name), value);
                }
            }
        }
        Ok(())
    }
}

/// The dtype of a storage's name: `Float`.
fn storage_type(name: &str) -> Option<DType> {
    DType::ALL.into_iter().find(|d| d.scalar_type() == name)
}

/// `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)`
fn tensor(args: &[Item]) -> Result<Value> {
    let [Item::Storage(storage, dtype), Item::Value(offset), Item::Value(size), Item::Value(stride), rest @ ..] = args
    else {
        return Err(broken("a tensor was expected"));
    };
    let ints = |v: &Value| -> Result<Vec<i64>> {
        match v {
            Value::Tuple(t) => {
                t.iter().map(|n| n.as_int().filter(|&n| n >= 0).ok_or_else(|| broken("sizes were expected"))).collect()
            }
            _ => Err(broken("sizes were expected")),
        }
    };
    let (sizes, strides) = (ints(size)?, ints(stride)?);
    let offset =
        offset.as_int().and_then(|o| usize::try_from(o).ok()).ok_or_else(|| broken("an offset was expected"))?;
    if sizes.len() != strides.len() {
        return Err(broken("sizes and strides disagree"));
    }
    let layout = Layout {
        sizes: sizes.iter().map(|&n| n as usize).collect(),
        strides: strides.iter().map(|&n| n as isize).collect::<Strides>(),
        offset,
    };
    let elements = crate::array::layout::checked_numel(&layout.sizes)?;
    let reach = sizes
        .iter()
        .zip(&strides)
        .try_fold(offset as i64, |at, (&n, &s)| (n - 1).max(0).checked_mul(s).and_then(|r| r.checked_add(at)));
    let length = stored(storage, *dtype) as i64;
    if elements > 0 && reach.is_none_or(|r| r >= length) {
        return Err(broken("a tensor lies outside its storage"));
    }
    let t = Tensor::new(Array::new(storage.clone(), layout, *dtype));
    if let Some(Item::Value(Value::Bool(true))) = rest.first() {
        t.set_requires_grad(true)?;
    }
    Ok(Value::Tensor(t))
}

/// How many elements of a type a storage holds.
fn stored(storage: &Storage, dtype: DType) -> usize {
    let parts = storage.read().len();
    if dtype.is_complex() { parts / 2 } else { parts }
}
