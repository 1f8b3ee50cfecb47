//! The module `time`. Local time is UTC.

use super::super::bind::bind;
use super::super::convert::{to_float, to_index};
use super::super::table::{Def, add_functions};
use super::calendar::{Moment, strftime};
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::sequence::NamedTuple;
use crate::value::{Args, Caller, Module, Native, Tuple, TupleKind, Value, intern};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

static FUNCTIONS: [Def; 17] = [
    Def("time", "", "Return the current time in seconds since the Epoch.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::Float(now().as_secs_f64()))
    }),
    Def("time_ns", "", "Return the current time in nanoseconds since the Epoch.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::Int(now().as_nanos() as i64))
    }),
    Def("perf_counter", "", "Performance counter for benchmarking.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::Float(since_start().as_secs_f64()))
    }),
    Def("perf_counter_ns", "", "Performance counter in nanoseconds.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::Int(since_start().as_nanos() as i64))
    }),
    Def("monotonic", "", "Monotonic clock, cannot go backward.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::Float(since_start().as_secs_f64()))
    }),
    Def("monotonic_ns", "", "Monotonic clock in nanoseconds.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::Int(since_start().as_nanos() as i64))
    }),
    Def("process_time", "", "Process time for profiling.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::Float(cpu_seconds()))
    }),
    Def("thread_time", "", "Thread time for profiling.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::Float(cpu_seconds()))
    }),
    Def("process_time_ns", "", "Process time in nanoseconds.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::Int((cpu_seconds() * 1e9) as i64))
    }),
    Def("sleep", "seconds, /", "Delay execution for a given number of seconds.", sleep),
    Def("localtime", "seconds=None, /", "Convert seconds since the Epoch to a time tuple.", broken_down),
    Def("gmtime", "seconds=None, /", "Convert seconds since the Epoch to a time tuple.", broken_down),
    Def("mktime", "tuple, /", "Convert a time tuple to seconds since the Epoch.", |n, c, args| {
        let a = bind(n, args)?;
        Ok(Value::Float(moment_of(&a[0], c)?.seconds() as f64))
    }),
    Def("strftime", "format, tuple=..., /", "Convert a time tuple to a string.", |n, c, args| {
        let a = bind(n, args)?;
        let Some(format) = a[0].as_str() else {
            return Err(Fault::type_error(format!("strftime() argument 1 must be str, not {}", class_name(&a[0]))));
        };
        let moment = if a[1].is_undef() { Moment::of(now().as_secs() as i64) } else { moment_of(&a[1], c)? };
        Ok(Value::str(strftime(format, &moment, 0)))
    }),
    Def("asctime", "tuple=..., /", "Convert a time tuple to a string.", |n, c, args| {
        let a = bind(n, args)?;
        let moment = if a[0].is_undef() { Moment::of(now().as_secs() as i64) } else { moment_of(&a[0], c)? };
        Ok(Value::str(strftime("%a %b %e %H:%M:%S %Y", &moment, 0)))
    }),
    Def("ctime", "seconds=None, /", "Convert seconds since the Epoch to a string.", |n, c, args| {
        let a = bind(n, args)?;
        let moment = Moment::of(seconds_of(&a[0], c)?);
        Ok(Value::str(strftime("%a %b %e %H:%M:%S %Y", &moment, 0)))
    }),
    Def("get_clock_info", "name, /", "The resolution of a clock.", |n, _, args| {
        bind(n, args)?;
        Ok(Value::tuple([Value::str("clock_gettime"), Value::Float(1e-9)]))
    }),
];

/// The module.
pub fn build() -> Rc<Module> {
    since_start();
    let module = Module::new("time");
    *module.doc.borrow_mut() = "Functions to get the current time, to convert it, and to wait.".into();
    add_functions(&module, "time", &FUNCTIONS);
    module.set("timezone", Value::Int(0));
    module.set("altzone", Value::Int(0));
    module.set("daylight", Value::Int(0));
    module.set("tzname", Value::tuple([Value::str("UTC"), Value::str("UTC")]));
    module
}

/// The time since the Epoch.
pub fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The time since the first use of a clock.
fn since_start() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// The processor time of this process, where the system tells it; the time since the start elsewhere.
fn cpu_seconds() -> f64 {
    let Ok(text) = std::fs::read_to_string("/proc/self/stat") else { return since_start().as_secs_f64() };
    // The name stands in parentheses and may hold spaces.
    let fields: Vec<&str> = text.rsplit(") ").next().unwrap_or("").split(' ').collect();
    let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn sleep(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let seconds = match &a[0] {
        Value::Float(f) => *f,
        other => match super::super::convert::find_float(other, caller)? {
            Some(f) => f,
            None => to_index(other, caller)? as f64,
        },
    };
    if seconds.is_nan() {
        return Err(Fault::value("Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(Fault::value("sleep length must be non-negative"));
    }
    let end = Instant::now().checked_add(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    // In short pieces, so that the user can interrupt.
    const PIECE: Duration = Duration::from_millis(50);
    loop {
        caller.checkpoint()?;
        let left = end.map_or(PIECE, |end| end.saturating_duration_since(Instant::now()));
        if left.is_zero() {
            return Ok(Value::None);
        }
        std::thread::sleep(left.min(PIECE));
    }
}

fn seconds_of(value: &Value, caller: &mut dyn Caller) -> Result<i64> {
    Ok(match value {
        Value::None => now().as_secs() as i64,
        value => to_float(value, caller)?.floor() as i64,
    })
}

const FIELDS: [&str; 9] =
    ["tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst"];

fn broken_down(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    thread_local! {
        static KIND: Rc<NamedTuple> = Rc::new(NamedTuple {
            name: "time.struct_time".into(),
            fields: FIELDS.map(intern).to_vec(),
            is_structseq: false,
            class: RefCell::new(None),
        });
    }
    let a = bind(native, args)?;
    let m = Moment::of(seconds_of(&a[0], caller)?);
    let items = [m.year, m.month, m.day, m.hour, m.minute, m.second, m.weekday(), m.day_of_year(), 0];
    Ok(Value::Tuple(Tuple::new(TupleKind::Named(KIND.with(Rc::clone)), items.map(Value::Int))))
}

fn moment_of(value: &Value, caller: &mut dyn Caller) -> Result<Moment> {
    let Value::Tuple(parts) = value else {
        return Err(Fault::type_error("Tuple or struct_time argument required"));
    };
    let mut numbers = [0i64; 6];
    if parts.len() != 9 {
        return Err(Fault::type_error("function takes exactly 9 arguments"));
    }
    for (place, part) in numbers.iter_mut().zip(parts.iter()) {
        *place = to_index(part, caller)?;
    }
    let [year, month, day, hour, minute, second] = numbers;
    Ok(Moment { year, month, day, hour, minute, second })
}
