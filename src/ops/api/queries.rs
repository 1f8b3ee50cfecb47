//! Methods that ask about a tensor: sizes, strides, kinds of elements, storage.

use super::attributes::{tensor, type_name};
use super::device;
use super::table::{Def, attributes, methods, read_only};
use crate::array::layout::wrap_dim;
use crate::array::storage::Typed;
use crate::array::{Array, DType};
use crate::diag::{Fault, Result};
use crate::value::class::Kind;
use crate::value::{Args, Caller, Class, Instance, Native, Value, types};
use crate::with_dtype;
use std::rc::Rc;

/// Puts the methods into the dictionary of the class.
pub fn install(class: &Class) {
    methods(class, "Tensor", METHODS);
}

/// A method without arguments that tells something about the tensor.
macro_rules! query {
    ($name:literal, $doc:literal, |$t:ident| $e:expr) => {
        Def($name, "self, /", $doc, |native, _, args| {
            let bound = native.parsed().bind(args, 1)?;
            let $t = tensor(&bound[0])?;
            Ok(Value::from($e))
        })
    };
}

const METHODS: &[Def] = &[
    Def("size", "self, dim: int? = None", "The sizes, or the size of one dimension.", size),
    Def("stride", "self, dim: int? = None", "The strides in elements, or the stride of one dimension.", stride),
    query!("dim", "The number of dimensions.", |t| t.ndim()),
    query!("ndimension", "The number of dimensions.", |t| t.ndim()),
    query!("numel", "The number of elements.", |t| t.numel()),
    query!("nelement", "The number of elements.", |t| t.numel()),
    query!("element_size", "Bytes per element.", |t| t.dtype().size()),
    query!("storage_offset", "The position of the first element in the storage.", |t| t.array().layout.offset),
    query!("data_ptr", "The address of the first element.", |t| address(&t.array())),
    query!("is_floating_point", "Whether the elements are floating-point numbers.", |t| t.dtype().is_float()),
    query!("is_complex", "Whether the elements are complex numbers.", |t| t.dtype().is_complex()),
    query!("is_conj", "Whether the elements are stored conjugated: never.", |_t| false),
    query!("is_neg", "Whether the elements are stored negated: never.", |_t| false),
    query!("is_inference", "Whether the tensor was made in inference mode.", |t| t.is_inference()),
    query!("is_shared", "Whether the storage is in shared memory.", |_t| true),
    query!("is_pinned", "Whether the storage is in pinned memory: never.", |_t| false),
    query!("is_signed", "Whether the element type has negative numbers.", |t| {
        !matches!(t.dtype(), DType::Bool | DType::U8)
    }),
    query!("get_device", "The number of the device: -1 for the CPU.", |_t| -1i64),
    query!("_is_view", "Whether the tensor is a view that autograd follows.", |t| t.is_view()),
    Def(
        "is_contiguous",
        "self, *, memory_format=None",
        "Whether the elements lie in row-major order without gaps.",
        |native, _, args| {
            let bound = native.parsed().bind(args, 1)?;
            Ok(Value::Bool(tensor(&bound[0])?.array().layout.is_contiguous()))
        },
    ),
    Def("is_same_size", "self, other: Tensor", "Whether both have the same sizes.", |native, _, args| {
        let bound = native.parsed().bind(args, 1)?;
        Ok(Value::Bool(tensor(&bound[0])?.sizes() == tensor(&bound[1])?.sizes()))
    }),
    Def("is_set_to", "self, tensor: Tensor", "Whether both are the same view of one storage.", |native, _, args| {
        let bound = native.parsed().bind(args, 1)?;
        let (a, b) = (tensor(&bound[0])?.array().clone(), tensor(&bound[1])?.array().clone());
        Ok(Value::Bool(a.shares_storage(&b) && a.layout == b.layout))
    }),
    Def("untyped_storage", "self, /", "The storage as bytes.", |_, _, args| storage(args, "UntypedStorage")),
    Def("storage", "self, /", "The storage as elements.", |_, _, args| storage(args, "TypedStorage")),
];

fn size(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 1)?;
    let t = tensor(&bound[0])?;
    match bound[1].as_int() {
        None => Ok(Value::size(t.array().sizes())),
        Some(dim) => {
            let sizes = t.sizes();
            if sizes.is_empty() {
                return Err(Fault::index(format!("Dimension specified as {dim} but tensor has no dimensions")));
            }
            Ok(Value::from(sizes[wrap_dim(dim, sizes.len())?]))
        }
    }
}

fn stride(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 1)?;
    let array = tensor(&bound[0])?.array();
    let strides = &array.layout.strides;
    match bound[1].as_int() {
        None => Ok(Value::tuple(strides.iter().map(|&s| Value::Int(s as i64)))),
        Some(dim) if strides.is_empty() => {
            Err(Fault::index(format!("Dimension specified as {dim} but tensor has no dimensions")))
        }
        Some(dim) => Ok(Value::Int(strides[wrap_dim(dim, strides.len())?] as i64)),
    }
}

/// The address of an array's first element.
pub fn address(array: &Array) -> usize {
    storage_address(array) + array.layout.offset * array.dtype.size()
}

fn storage_address(array: &Array) -> usize {
    let buffer = array.storage.read();
    if buffer.is_empty() {
        return 0;
    }
    with_dtype!(array.dtype, T => <T as Typed>::slice(&buffer).map_or(0, |s| s.as_ptr() as usize))
}

/// A storage object: the array of the tensor that it was asked from.
struct StorageView(Array);

thread_local! {
    static UNTYPED: Rc<Class> = storage_class("UntypedStorage");
    static TYPED: Rc<Class> = storage_class("TypedStorage");
}

fn storage_class(name: &'static str) -> Rc<Class> {
    let class = Class::builtin(name, "torch.storage", &[&types().object], Kind::Builtin);
    methods(
        &class,
        name,
        &[
            Def("data_ptr", "self, /", "The address of the first element.", |_, _, args| {
                Ok(Value::from(storage_address(&viewed(args)?.0)))
            }),
            Def("nbytes", "self, /", "Bytes in the storage.", |_, _, args| {
                let view = viewed(args)?;
                let elements = view.0.stored();
                Ok(Value::from(elements * view.0.dtype.size()))
            }),
            Def("element_size", "self, /", "Bytes of an element.", |native, _, args| {
                let view = viewed(args)?;
                Ok(Value::from(if native.owner == Some("TypedStorage") { view.0.dtype.size() } else { 1 }))
            }),
            Def("size", "self, /", "How many bytes, or elements of a typed storage.", |n, _, args| length(n, args)),
            Def("__len__", "self, /", "How many bytes, or elements of a typed storage.", |n, _, args| length(n, args)),
            Def("tolist", "self, /", "The elements as a list.", |_, _, args| {
                let view = viewed(args)?;
                let n = view.0.stored();
                Ok(Value::list((0..n).filter_map(|i| view.0.at(i)).map(Value::scalar).collect()))
            }),
            Def("__getitem__", "self, index: int, /", "One element.", |_, _, args| {
                let view = viewed(args)?;
                let n = view.0.stored();
                let at = args.values.get(1).and_then(Value::as_int).unwrap_or(0);
                crate::value::sequence::wrap_index(at, n)
                    .and_then(|i| view.0.at(i))
                    .map(Value::scalar)
                    .ok_or_else(|| Fault::index(format!("index {at} out of range for storage of size {n}")))
            }),
            Def("__repr__", "self, /", "The elements and what they are.", |native, caller, args| {
                let view = viewed(args)?;
                let n = view.0.stored();
                let mut text = String::new();
                for i in 0..n {
                    if let Some(s) = view.0.at(i) {
                        text += &format!(" {}\n", caller.repr(&Value::scalar(s))?);
                    }
                }
                let what = if native.owner == Some("TypedStorage") {
                    format!("TypedStorage(dtype=torch.{}, device=cpu) of size {n}", view.0.dtype.name())
                } else {
                    format!("UntypedStorage(device=cpu) of size {}", n * view.0.dtype.size())
                };
                Ok(Value::from(format!("{text}[torch.storage.{what}]")))
            }),
        ],
    );
    let typed = [
        read_only("dtype", "The element type.", |v, _| {
            Ok(Value::DType(viewed(Args::of(std::slice::from_ref(v)))?.0.dtype))
        }),
        read_only("device", "Where the elements are: always the CPU.", |_, _| Ok(device::cpu())),
    ];
    attributes(&class, if name == "TypedStorage" { &typed } else { &typed[1..] });
    class
}

fn viewed(args: Args) -> Result<Rc<StorageView>> {
    match args.values.first() {
        Some(Value::Object(o)) => o.native_payload::<StorageView>(),
        _ => None,
    }
    .ok_or_else(|| Fault::type_error("expected a storage"))
}

fn length(native: &Native, args: Args) -> Result<Value> {
    let view = viewed(args)?;
    let n = view.0.stored();
    Ok(Value::from(if native.owner == Some("TypedStorage") { n } else { n * view.0.dtype.size() }))
}

fn storage(args: Args, name: &str) -> Result<Value> {
    let array = tensor(args.values.first().unwrap_or(&Value::None))?.array().clone();
    let class = if name == "TypedStorage" { TYPED.with(Clone::clone) } else { UNTYPED.with(Clone::clone) };
    Ok(Value::Object(Instance::native(class, StorageView(array))))
}

/// `torch.FloatTensor` for a tensor: the text of `t.type()`.
pub(super) fn type_text(dtype: DType) -> Value {
    Value::from(type_name(dtype))
}
