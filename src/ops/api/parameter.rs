//! Classes of tensors: `torch.Tensor` and its subclasses, `nn.Parameter`, and parameters without a shape yet.

use super::attributes::tensor;
use super::table::{Def, attributes, functions, methods, read_only};
use crate::array::dtype::default_dtype;
use crate::array::{Array, DType, Scalar, create};
use crate::diag::{Fault, Result};
use crate::ops::literal;
use crate::tensor::Tensor;
use crate::value::class::Kind;
use crate::value::protocol::class_name;
use crate::value::signature::Signature;
use crate::value::{Args, Caller, Class, Module, Native, Value, types};
use std::rc::Rc;

thread_local! {
    static LAZY_PARAMETER: Rc<Class> = uninitialized("UninitializedParameter", &types().parameter);
    static LAZY_BUFFER: Rc<Class> = uninitialized("UninitializedBuffer", &types().tensor);
    static PARAMETER: Signature = Signature::parse("Parameter", "data=None, requires_grad: bool = True");
    static BUFFER: Signature = Signature::parse("Buffer", "data=None, *, persistent: bool = True");
}

/// Binds the classes and their constructors.
pub fn install(torch: &Module, parameter: &Module, nn: &Module) {
    types().tensor.construct.set(Some(construct_tensor));
    types().parameter.construct.set(Some(construct_parameter));
    torch.set("Tensor", Value::Class(types().tensor.clone()));
    for module in [parameter, nn] {
        module.set("Parameter", Value::Class(types().parameter.clone()));
        module.set("UninitializedParameter", Value::Class(LAZY_PARAMETER.with(Clone::clone)));
        module.set("UninitializedBuffer", Value::Class(LAZY_BUFFER.with(Clone::clone)));
        functions(
            module,
            "torch.nn.parameter",
            &[Def("Buffer", "*args, **kwargs", "A tensor to keep as a buffer.", buffer)],
        );
    }
    functions(
        parameter,
        "torch.nn.parameter",
        &[Def("is_lazy", "param, /", "Whether a tensor has no shape yet.", |_, _, args| {
            Ok(Value::Bool(matches!(args.one("is_lazy")?, Value::Tensor(t) if is_lazy(t))))
        })],
    );
}

/// Whether a tensor has no shape yet.
pub fn is_lazy(t: &Tensor) -> bool {
    t.class().and_then(|c| c.downcast::<Class>().ok()).is_some_and(|c| c.name.starts_with("Uninitialized"))
}

/// The tensor as one of a class of the program.
fn of_class(t: Tensor, class: &Rc<Class>) -> Value {
    if class.is_user {
        t.set_class(Some(class.clone()));
    }
    Value::Tensor(t)
}

fn class_argument<'a>(args: &Args<'a>) -> Result<&'a Rc<Class>> {
    match args.values.first() {
        Some(Value::Class(c)) => Ok(c),
        _ => Err(Fault::type_error("__new__(X): X is not a type object")),
    }
}

/// `torch.Tensor(...)`: the constructor of old.
fn construct_tensor(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(&args)?;
    // Unlike the typed constructors, this one takes a tensor of any type as it is.
    let made = match &args.positional()[1..] {
        [Value::Tensor(t)] => t.detach(),
        given => match literal::legacy(default_dtype(), given)? {
            Value::Tensor(t) => t,
            other => return Ok(other),
        },
    };
    Ok(of_class(made, class))
}

/// The storage of a tensor under a new tensor without history.
fn fresh(data: &Value) -> Result<Tensor> {
    match data {
        Value::None | Value::Undef => Ok(Tensor::new(create::zeros(&[0], default_dtype())?)),
        Value::Tensor(t) => Ok(t.detach()),
        other => Err(Fault::attribute(format!("'{}' object has no attribute 'detach'", class_name(other)))
            .with_help("wrap the data first: nn.Parameter(torch.tensor(data))")),
    }
}

/// `nn.Parameter(data, requires_grad=True)`
fn construct_parameter(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(&args)?;
    let bound = PARAMETER.with(|s| s.bind(Args { values: &args.values[1..], names: args.names }, 0))?;
    let t = fresh(&bound[0])?;
    if !matches!(bound[1], Value::Bool(false) | Value::Int(0)) {
        if !t.dtype().is_float() {
            return Err(Fault::runtime("Only Tensors of floating point and complex dtype can require gradients"));
        }
        t.set_requires_grad(true)?;
    }
    t.set_parameter();
    Ok(of_class(t, class))
}

fn buffer(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = BUFFER.with(|s| s.bind(args, 0))?;
    Ok(Value::Tensor(fresh(&bound[0])?))
}

const NO_SHAPE: &str = "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in \
    `load_state_dict` when trying to load an uninitialized parameter into an initialized one. Call `forward` to \
    initialize the parameters before accessing their attributes.";

/// What a tensor without a shape can still do.
const ALLOWED: [&str; 17] = [
    "size",
    "copy_",
    "is_complex",
    "is_floating_point",
    "half",
    "float",
    "double",
    "char",
    "short",
    "int",
    "long",
    "cuda",
    "cpu",
    "to",
    "get_device",
    "requires_grad_",
    "bfloat16",
];

/// Puts refusals in the place of all other methods of tensors.
fn refuse_methods(class: &Rc<Class>) {
    for (name, method) in types().tensor.dict.items() {
        let (Some(name), Value::Native(native)) = (name.as_str(), method) else { continue };
        let special = name.starts_with("__") && !matches!(name, "__len__" | "__getitem__" | "__bool__" | "__float__");
        if special || ALLOWED.contains(&name) {
            continue;
        }
        let refusing = Native::new(native.module, native.name, native.signature, native.doc, |native, _, _| {
            Err(Fault::value(format!(
                "Attempted to use an uninitialized parameter in <method '{}' of 'torch._C.TensorBase' objects>. This error \
                 happens when you are using a `LazyModule` or explicitly manipulating `torch.nn.parameter.{}` objects. When \
                 using LazyModules Call `forward` with a dummy batch to initialize the parameters before calling torch \
                 functions",
                native.name,
                native.owner.unwrap_or("UninitializedParameter"),
            )))
        });
        let owner = if class.name.ends_with("Buffer") { "UninitializedBuffer" } else { "UninitializedParameter" };
        class.set(&crate::value::intern(name), refusing.of_type(owner).value());
    }
}

/// A class of tensors without a shape.
fn uninitialized(name: &str, base: &Rc<Class>) -> Rc<Class> {
    let class = Class::builtin(name, "torch.nn.parameter", &[base], Kind::Builtin);
    class.construct.set(Some(construct_uninitialized));
    refuse_methods(&class);
    attributes(&class, &[read_only("shape", "Refused: there is no shape yet.", |_, _| Err(Fault::runtime(NO_SHAPE)))]);
    methods(
        &class,
        "UninitializedTensorMixin",
        &[Def(
            "materialize",
            "self, shape, device=None, dtype: dtype? = None",
            "Gives the tensor its shape; it becomes an ordinary parameter or buffer.",
            |native, _, args| {
                let bound = native.parsed().bind(args, 1)?;
                let t = tensor(&bound[0])?;
                let dtype = if let Value::DType(d) = bound[3] { d } else { t.dtype() };
                let size = |v: &Value| v.as_int().and_then(|n| usize::try_from(n).ok());
                let sizes: Option<Vec<usize>> = match &bound[1] {
                    Value::Tuple(items) => items.iter().map(size).collect(),
                    Value::List(items) => items.borrow().iter().map(size).collect(),
                    one => size(one).map(|n| vec![n]),
                };
                let sizes = sizes.ok_or_else(|| Fault::type_error("materialize(): the shape must be sizes"))?;
                t.set_array(Array::full(&sizes, Scalar::Int(0), dtype)?);
                t.set_class(None);
                Ok(Value::None)
            },
        )],
    );
    class
}

fn construct_uninitialized(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = class_argument(&args)?;
    let dtype = match args.keyword("dtype") {
        Some(Value::DType(d)) => *d,
        _ => default_dtype(),
    };
    if let Some(device) = args.keyword("device") {
        super::device::check(device)?;
    }
    let t = Tensor::new(create::zeros(&[0], dtype)?);
    if class.is_subclass(&types().parameter) {
        t.set_parameter();
        t.set_requires_grad(dtype_wants(&args, dtype))?;
    }
    t.set_class(Some(class.clone()));
    Ok(Value::Tensor(t))
}

fn dtype_wants(args: &Args, dtype: DType) -> bool {
    dtype.is_float() && !matches!(args.keyword("requires_grad"), Some(Value::Bool(false)))
}
