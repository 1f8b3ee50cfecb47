//! What surrounds PyTorch on a machine: `torch.cuda`, `torch.mps`, `torch.backends`, `torch.version`; there is only the
//! CPU.

use super::device;
use super::table::{Def, functions};
use crate::value::{Module, Value, intern};
use std::rc::Rc;

macro_rules! always {
    ($name:literal, $doc:literal, $value:expr) => {
        Def($name, "*args, **kwargs", $doc, |_, _, _| Ok(Value::from($value)))
    };
}

macro_rules! refused {
    ($name:literal) => {
        Def($name, "*args, **kwargs", "Refused: there is no such device.", |_, _, _| Err(device::no_cuda()))
    };
}

const NOTHING: Option<bool> = None;

/// The functions of every device module.
const ABSENT: &[Def] = &[
    always!("is_available", "Whether there is such a device: no.", false),
    always!("is_built", "Whether there is support for such a device: no.", false),
    always!("is_initialized", "Whether such a device is in use: no.", false),
    always!("device_count", "How many such devices there are: none.", 0i64),
    always!("manual_seed", "Accepted and ignored: there is no such device.", NOTHING),
    always!("manual_seed_all", "Accepted and ignored: there is no such device.", NOTHING),
    always!("empty_cache", "Nothing to do.", NOTHING),
    always!("is_bf16_supported", "Whether such a device computes in bfloat16: no.", false),
    always!("memory_allocated", "The memory in use there: none.", 0i64),
    always!("max_memory_allocated", "The most memory that was in use there: none.", 0i64),
    always!("memory_reserved", "The memory kept there: none.", 0i64),
    always!("reset_peak_memory_stats", "Nothing to do.", NOTHING),
    refused!("synchronize"),
    refused!("current_device"),
    refused!("get_device_name"),
    refused!("get_device_properties"),
    refused!("get_device_capability"),
    refused!("set_device"),
    refused!("Stream"),
    refused!("Event"),
];

/// Fills the modules.
pub fn install(torch: &Module, cuda: &Module, mps: &Module, backends: &Rc<Module>) {
    functions(cuda, "torch.cuda", ABSENT);
    functions(mps, "torch.mps", ABSENT);
    for name in ["accelerator", "xpu"] {
        let module = Module::new(&format!("torch.{name}"));
        functions(&module, "torch", ABSENT);
        torch.space.bind(&intern(name), Value::Module(module));
    }
    for name in ["cudnn", "mps", "cuda", "mkl", "mkldnn", "openmp", "cpu"] {
        let module = Module::new(&format!("torch.backends.{name}"));
        functions(&module, "torch.backends", ABSENT);
        for (flag, on) in
            [("enabled", name != "mps"), ("deterministic", false), ("benchmark", false), ("allow_tf32", false)]
        {
            module.set(flag, Value::Bool(on));
        }
        functions(&module, "torch.backends", &[always!("version", "The version: there is none.", NOTHING)]);
        backends.space.bind(&intern(name), Value::Module(module));
    }
    let version = Module::new("torch.version");
    version.set("__version__", Value::from(super::constants::VERSION));
    version.set("cuda", Value::None);
    version.set("hip", Value::None);
    torch.set("version", Value::Module(version));
}
