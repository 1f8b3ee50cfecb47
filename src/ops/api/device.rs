//! `torch.device`: there is only the CPU, and every request for another device says so.

use super::table::{Def, attributes, methods, read_only};
use crate::diag::{Fault, Result};
use crate::value::class::Kind;
use crate::value::{Args, Caller, Class, Instance, Module, Native, Value, intern, types};
use std::cell::RefCell;
use std::rc::Rc;

/// The kinds of device that PyTorch's message lists.
const KINDS: &str = "cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, lazy, vulkan, mps, \
    meta, hpu, mtia, privateuseone";

/// A device by name.
#[derive(Clone, PartialEq)]
struct Device {
    kind: String,
    index: Option<i64>,
}

thread_local! {
    static CLASS: Rc<Class> = make_class();
    /// One object for each device, so that equal devices are the same object.
    static KNOWN: RefCell<Vec<(Device, Rc<Instance>)>> = const { RefCell::new(Vec::new()) };
}

fn make_class() -> Rc<Class> {
    let class = Class::builtin("device", "torch", &[&types().object], Kind::Builtin);
    class.construct.set(Some(construct));
    attributes(
        &class,
        &[
            read_only("type", "The kind of device: 'cpu'.", |v, _| Ok(Value::from(of(v)?.kind.as_str()))),
            read_only("index", "The number of the device, or None.", |v, _| Ok(Value::from(of(v)?.index))),
        ],
    );
    methods(
        &class,
        "device",
        &[
            Def("__repr__", "self, /", "The device as code.", |_, _, args| {
                let device = of(&args.values[0])?;
                let index = device.index.map_or(String::new(), |i| format!(", index={i}"));
                Ok(Value::from(format!("device(type='{}'{index})", device.kind)))
            }),
            Def("__str__", "self, /", "The device's name.", |_, _, args| Ok(Value::from(name(&*of(&args.values[0])?)))),
            Def("__enter__", "self, /", "The device; it is the only one anyway.", |_, _, args| {
                Ok(args.values[0].clone())
            }),
            Def("__exit__", "self, *args", "Nothing to leave.", |_, _, _| Ok(Value::None)),
        ],
    );
    class
}

fn name(device: &Device) -> String {
    device.index.map_or_else(|| device.kind.clone(), |i| format!("{}:{i}", device.kind))
}

fn of(value: &Value) -> Result<Rc<Device>> {
    match value {
        Value::Object(o) => o.native_payload::<Device>(),
        _ => None,
    }
    .ok_or_else(|| Fault::type_error("expected a torch.device"))
}

fn object(device: Device) -> Value {
    KNOWN.with_borrow_mut(|known| {
        if let Some((_, o)) = known.iter().find(|(d, _)| *d == device) {
            return Value::Object(o.clone());
        }
        let object = Instance::native(CLASS.with(Clone::clone), device.clone());
        known.push((device, object.clone()));
        Value::Object(object)
    })
}

/// The CPU.
pub fn cpu() -> Value {
    object(Device { kind: "cpu".to_string(), index: None })
}

/// Whether a value is a device object.
pub fn is_device(value: &Value) -> bool {
    matches!(value, Value::Object(o) if o.native_payload::<Device>().is_some())
}

fn parse(text: &str) -> Result<Device> {
    let (kind, index) = match text.split_once(':') {
        Some((kind, index)) => (kind, Some(index)),
        None => (text, None),
    };
    if !KINDS.split(", ").any(|k| k == kind) {
        return Err(Fault::runtime(format!("Expected one of {KINDS} device type at start of device string: {kind}")));
    }
    let index = match index {
        None => None,
        Some(digits) => match digits.parse::<i64>() {
            Ok(i) if i >= 0 => Some(i),
            _ => return Err(Fault::runtime(format!("Invalid device string: '{text}'"))),
        },
    };
    Ok(Device { kind: kind.to_string(), index })
}

/// Refuses every device but the CPU.
///
/// Errors: RuntimeError in PyTorch's words for CUDA and for what is no device.
pub fn check(value: &Value) -> Result<()> {
    let device = match value {
        Value::None | Value::Undef => return Ok(()),
        Value::Str(s) => parse(s)?,
        Value::Object(_) => (*of(value)?).clone(),
        Value::Int(_) => return Err(no_cuda()),
        other => {
            return Err(Fault::type_error(format!(
                "device must be torch.device, not {}",
                crate::value::protocol::class_name(other)
            )));
        }
    };
    match device.kind.as_str() {
        "cpu" => Ok(()),
        "cuda" => Err(no_cuda()),
        kind => Err(Fault::runtime(format!("PyTorch is not linked with support for {kind} devices"))
            .with_help("device = torch.device(\"cpu\")   (the only one here)")),
    }
}

/// What PyTorch says on a machine without a CUDA device.
#[cold]
pub fn no_cuda() -> crate::diag::Error {
    Fault::runtime(
        "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and installed a driver from \
         http://www.nvidia.com/Download/index.aspx",
    )
    .with_help("device = torch.device(\"cuda\" if torch.cuda.is_available() else \"cpu\")   (here the CPU)")
}

fn construct(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let mut given = args.positional().iter().skip(1);
    let first = given.next().or_else(|| args.keyword("type")).or_else(|| args.keyword("device"));
    let index = given.next().or_else(|| args.keyword("index"));
    let mut device = match first {
        Some(Value::Str(s)) => parse(s)?,
        Some(Value::Int(i)) => Device { kind: "cuda".to_string(), index: Some(*i) },
        Some(v @ Value::Object(_)) => return of(v).map(|_| v.clone()),
        _ => return Err(Fault::type_error("device() expected a device string, such as 'cpu'")),
    };
    if let Some(i) = index.and_then(Value::as_int) {
        device.index = Some(i);
    }
    Ok(object(device))
}

/// Binds `torch.device`.
pub fn install(torch: &Module) {
    torch.space.bind(&intern("device"), Value::Class(CLASS.with(Clone::clone)));
}
