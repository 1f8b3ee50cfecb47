//! Methods of tensors that are no operators: gradients, hooks, and Python's protocols.

use super::attributes::tensor;
use super::table::{Def, attributes, methods, read_only};
use super::{autograd, binary};
use crate::array::{Element, Scalar, map};
use crate::diag::{Fault, Result};
use crate::ops::{apply, registry, shape};
use crate::tensor::tensor::TensorCell;
use crate::tensor::{Hook, Tensor, mode};
use crate::value::class::Kind;
use crate::value::iter::NativeIter;
use crate::value::{Args, Caller, Class, Compare, Instance, Iter, Native, Value, types};
use crate::with_dtype;
use smallvec::smallvec;
use std::cell::Cell;
use std::rc::{Rc, Weak};

/// Puts the methods into the dictionary of the class.
pub fn install(class: &Class) {
    methods(class, "Tensor", METHODS);
    methods(class, "Tensor", super::resizing::METHODS);
}

const METHODS: &[Def] = &[
    Def(
        "backward",
        "self, gradient=None, retain_graph=None, create_graph=False, inputs=None",
        "The gradients of the tensor, added to .grad of the leaves it was computed from.",
        autograd::backward_method,
    ),
    Def("detach", "self, /", "A tensor on the same elements, outside the graph.", |native, _, args| {
        let bound = native.parsed().bind(args, 1)?;
        Ok(Value::Tensor(tensor(&bound[0])?.detach()))
    }),
    Def("detach_", "self, /", "The tensor itself, taken out of the graph.", |native, _, args| {
        let bound = native.parsed().bind(args, 1)?;
        let t = tensor(&bound[0])?;
        if t.is_view() && t.requires_grad() {
            return Err(Fault::runtime(
                "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for \
                 training, and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence \
                 detach_() cannot be called on these gradients. To fix this error, please refer to the \
                 Optimizer.zero_grad() function in torch/optim/optimizer.py as the solution.",
            ));
        }
        t.set_edge(None);
        t.set_requires_grad(false)?;
        Ok(bound[0].clone())
    }),
    Def(
        "requires_grad_",
        "self, requires_grad: bool = True",
        "The tensor itself, from now on with or without gradient.",
        |native, _, args| {
            let bound = native.parsed().bind(args, 1)?;
            tensor(&bound[0])?.set_requires_grad(!matches!(bound[1], Value::Bool(false) | Value::Int(0)))?;
            Ok(bound[0].clone())
        },
    ),
    Def("retain_grad", "self, /", "Keeps the gradient of a non-leaf in .grad.", |native, _, args| {
        let bound = native.parsed().bind(args, 1)?;
        tensor(&bound[0])?.retain_grad()?;
        Ok(Value::None)
    }),
    Def(
        "register_hook",
        "self, hook",
        "A handle to a function that sees, and may replace, the gradient whenever one is computed.",
        |native, _, args| register_hook(native, args, Tensor::register_hook),
    ),
    Def(
        "register_post_accumulate_grad_hook",
        "self, hook",
        "A handle to a function that sees this leaf each time .grad has been added to.",
        |native, _, args| register_hook(native, args, Tensor::register_hook_after),
    ),
    Def("__len__", "self, /", "The size of the first dimension.", |_, _, args| {
        len(tensor(&args.values[0])?).map(Value::from)
    }),
    Def("__iter__", "self, /", "An iterator over the first dimension.", |_, _, args| iter(tensor(&args.values[0])?)),
    Def("__contains__", "self, element, /", "Whether an element is equal.", |native, _, args| {
        let bound = native.parsed().bind(args, 1)?;
        contains(tensor(&bound[0])?, &bound[1]).map(Value::Bool)
    }),
    Def("__getitem__", "self, index, /", "The elements at an index.", |native, caller, args| {
        let bound = native.parsed().bind(args, 1)?;
        caller.get_item(&bound[0], &bound[1])
    }),
    Def("__setitem__", "self, index, value, /", "Writes the elements at an index.", |native, caller, args| {
        let bound = native.parsed().bind(args, 1)?;
        caller.set_item(&bound[0], &bound[1], bound[2].clone())?;
        Ok(Value::None)
    }),
    Def("__abs__", "self, /", "The absolute values.", |_, _, args| match registry::find("abs") {
        Some(def) => apply(def, smallvec![args.values[0].clone()]),
        None => Ok(Value::NotImplemented),
    }),
    Def("__repr__", "self, /", "PyTorch's text.", |_, caller, args| caller.repr(&args.values[0]).map(Value::from)),
    Def("__str__", "self, /", "PyTorch's text.", |_, caller, args| caller.str(&args.values[0]).map(Value::from)),
    Def("__format__", "self, spec, /", "The only element formatted, or PyTorch's text.", |native, caller, args| {
        let bound = native.parsed().bind(args, 1)?;
        let t = tensor(&bound[0])?;
        let spec = bound[1].as_str().unwrap_or("");
        if t.ndim() == 0 {
            return Ok(Value::from(caller.format(&Value::scalar(t.item()?), spec)?));
        }
        if spec.is_empty() {
            return Ok(Value::from(caller.str(&bound[0])?));
        }
        Err(Fault::type_error("unsupported format string passed to Tensor.__format__"))
    }),
    Def("__hash__", "self, /", "The identity as a hash.", |_, _, args| {
        Ok(Value::Int(tensor(&args.values[0])?.id() as i64))
    }),
    Def("__deepcopy__", "self, memo, /", "A copy of a leaf on storage of its own, with its gradient.", |_, _, args| {
        deep_copy(tensor(&args.values[0])?).map(Value::Tensor)
    }),
    Def(
        "__copy__",
        "self, /",
        "A tensor on the same elements that requires a gradient if this one does.",
        |_, _, args| {
            let t = tensor(&args.values[0])?;
            let copy = t.detach();
            if t.is_parameter() {
                copy.set_parameter();
            }
            copy.set_requires_grad(t.requires_grad())?;
            Ok(Value::Tensor(copy))
        },
    ),
    Def("share_memory_", "self, /", "The tensor itself.", itself),
    Def("pin_memory", "self, device=None", "The tensor itself.", itself),
    Def("resolve_conj", "self, /", "The tensor itself.", itself),
    Def("resolve_neg", "self, /", "The tensor itself.", itself),
    Def("to_dense", "self, dtype=None", "The tensor itself.", itself),
    Def("apply_", "self, callable", "Every element replaced by a function's value.", |native, caller, args| {
        let bound = native.parsed().bind(args, 1)?;
        let t = tensor(&bound[0])?;
        if t.requires_grad() {
            return Err(Fault::type_error(
                "apply_() can only be called on Tensors that do not require grad. Use tensor.detach() instead.",
            )
            .with_help("t.detach().apply_(f)"));
        }
        map_elements(
            t,
            |caller, at| {
                let old = t.array().at(at).map_or(Value::None, Value::scalar);
                caller.call(&bound[1], Args::of(&[old]))
            },
            caller,
        )?;
        Ok(bound[0].clone())
    }),
    Def("map_", "self, tensor: Tensor, callable", "Every element replaced by a function of it and another.", map_with),
    Def("set_", "self, source: Tensor, *args", "The tensor itself, on another tensor's storage.", |native, _, args| {
        let bound = native.parsed().bind(args, 1)?;
        let array = tensor(&bound[1])?.array().clone();
        tensor(&bound[0])?.set_array(array);
        Ok(bound[0].clone())
    }),
    Def("__setstate__", "self, state", "Nothing: tensors have no state but their elements.", |_, _, _| Ok(Value::None)),
];

fn itself(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    Ok(native.parsed().bind(args, 1)?[0].clone())
}

/// `len(tensor)`.
///
/// Errors: TypeError for 0-d tensors.
pub fn len(t: &Tensor) -> Result<usize> {
    t.array().sizes().first().copied().ok_or_else(|| Fault::type_error("len() of a 0-d tensor"))
}

/// `element in tensor`.
///
/// Errors: RuntimeError for what is neither tensor nor number.
pub fn contains(t: &Tensor, element: &Value) -> Result<bool> {
    if !matches!(element, Value::Tensor(_)) && element.as_scalar().is_none() {
        let class = crate::value::class_of(element);
        return Err(Fault::runtime(format!(
            "Tensor.__contains__ only supports Tensor or scalar, but you passed in a <class '{}'>.",
            class.qualified()
        )));
    }
    match binary::compare(Compare::Eq, &Value::Tensor(t.clone()), element) {
        Some(equal) => match equal? {
            Value::Tensor(equal) => Ok(equal.array().to_vec::<bool>()?.contains(&true)),
            _ => Ok(false),
        },
        None => Ok(false),
    }
}

/// The parts of a tensor along its first dimension, made as they are asked for.
struct Parts {
    tensor: Tensor,
    next: usize,
    len: usize,
}

impl NativeIter for Parts {
    fn next(&mut self, _: &mut dyn Caller) -> Result<Option<Value>> {
        if self.next >= self.len {
            return Ok(None);
        }
        let at = Value::from(self.next);
        self.next += 1;
        Ok(Some(apply(&shape::SELECT, smallvec![Value::Tensor(self.tensor.clone()), Value::Int(0), at])?))
    }
    fn type_name(&self) -> &'static str {
        "generator"
    }
    fn remaining(&self) -> Option<usize> {
        Some(self.len - self.next)
    }
}

/// `iter(tensor)`: views along the first dimension.
///
/// Errors: TypeError for 0-d tensors.
pub fn iter(t: &Tensor) -> Result<Value> {
    if t.ndim() == 0 {
        return Err(Fault::type_error("iteration over a 0-d tensor"));
    }
    // Recorded parts are outputs of one node, as in PyTorch.
    if mode::grad_enabled()
        && t.requires_grad()
        && let Some(unbind) = registry::find("unbind")
    {
        let parts = apply(unbind, smallvec![Value::Tensor(t.clone()), Value::Int(0)])?;
        if let Value::Tuple(tuple) = parts {
            use crate::value::iter::IterState;
            return Ok(Value::Iter(Iter::new("tuple_iterator", IterState::Tuple { tuple, next: 0 })));
        }
    }
    Ok(Iter::native(Parts { tensor: t.clone(), next: 0, len: len(t)? }))
}

/// A copy of a leaf with its gradient and flags.
///
/// Errors: RuntimeError for results of recorded operations.
pub fn deep_copy(t: &Tensor) -> Result<Tensor> {
    if !t.is_leaf() {
        return Err(Fault::runtime(
            "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  \
             If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, \
             see https://github.com/pytorch/pytorch/pull/103001",
        ));
    }
    let copy = Tensor::new(map::copy(&t.array())?);
    if t.is_parameter() {
        copy.set_parameter();
    }
    copy.set_requires_grad(t.requires_grad())?;
    if let Some(grad) = t.grad() {
        copy.set_grad(Some(Tensor::new(map::copy(&grad.array())?)));
    }
    Ok(copy)
}

/// Replaces every element by a function of its storage position.
fn map_elements(
    t: &Tensor,
    mut f: impl FnMut(&mut dyn Caller, usize) -> Result<Value>,
    caller: &mut dyn Caller,
) -> Result<()> {
    let array = t.array().clone();
    for at in crate::array::iter::positions(&array.layout)? {
        let new = f(caller, at)?;
        let scalar = match &new {
            Value::Tensor(t) => t.item()?,
            other => other.as_scalar().ok_or_else(|| Fault::type_error("the function must return a number"))?,
        };
        write_element(&array, at, scalar)?;
    }
    t.count_write();
    Ok(())
}

fn write_element(array: &crate::array::Array, at: usize, scalar: Scalar) -> Result<()> {
    let mut buffer = array.storage.write();
    with_dtype!(array.dtype, T => {
        if let Some(slot) = array.typed_mut::<T>(&mut buffer)?.get_mut(at) {
            *slot = <T as Element>::from_scalar(scalar);
        }
    });
    Ok(())
}

fn map_with(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 1)?;
    let (t, other) = (tensor(&bound[0])?, tensor(&bound[1])?);
    let other = other.array().clone();
    let layout = other.layout.broadcast_to(t.array().sizes())?;
    let mut places = crate::array::iter::positions(&layout)?.into_iter();
    map_elements(
        t,
        |caller, at| {
            let mine = t.array().at(at).map_or(Value::None, Value::scalar);
            let theirs = places.next().and_then(|p| other.at(p)).map_or(Value::None, Value::scalar);
            caller.call(&bound[2], Args::of(&[mine, theirs]))
        },
        caller,
    )?;
    Ok(bound[0].clone())
}

/// What a removable handle holds: the tensor, while it lives, and the hook's identity.
struct HookHandle {
    tensor: Weak<TensorCell>,
    id: u64,
}

thread_local! {
    static HOOKS: Cell<u64> = const { Cell::new(0) };
    static HANDLE: Rc<Class> = handle_class();
}

fn handle_class() -> Rc<Class> {
    let class = Class::builtin("RemovableHandle", "torch.utils.hooks", &[&types().object], Kind::Builtin);
    fn remove(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
        if let Some(Value::Object(o)) = args.values.first()
            && let Some(handle) = o.native_payload::<HookHandle>()
            && let Some(tensor) = Tensor::upgrade(&handle.tensor)
        {
            tensor.remove_hook(handle.id);
        }
        Ok(Value::None)
    }
    methods(
        &class,
        "RemovableHandle",
        &[
            Def("remove", "self, /", "Removes the hook.", remove),
            Def("__enter__", "self, /", "The handle.", |_, _, args| Ok(args.values[0].clone())),
            Def("__exit__", "self, *args", "Removes the hook.", remove),
        ],
    );
    attributes(
        &class,
        &[read_only("id", "The hook's number.", |v, _| match v {
            Value::Object(o) => Ok(o.native_payload::<HookHandle>().map_or(Value::None, |h| Value::Int(h.id as i64))),
            _ => Ok(Value::None),
        })],
    );
    class
}

fn register_hook(native: &Native, args: Args, register: fn(&Tensor, u64, Hook) -> Result<()>) -> Result<Value> {
    let bound = native.parsed().bind(args, 1)?;
    let t = tensor(&bound[0])?;
    let id = HOOKS.get();
    register(t, id, Rc::new(bound[1].clone()))?;
    HOOKS.set(id + 1);
    let handle = HookHandle { tensor: t.downgrade(), id };
    Ok(Value::Object(Instance::native(HANDLE.with(Clone::clone), handle)))
}
