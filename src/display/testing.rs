//! A caller without a program behind it, nodes without an operation, and the reader of recorded texts.

use super::options::{PrintOptions, replace_print_options};
use crate::array::{Array, DType, Dims, Element};
use crate::diag::{Fault, Result};
use crate::tensor::{Edge, Env, Grads, Meta, Node, NodeCore, Operand, Tensor};
use crate::value::{Args, Binary, Caller, Compare, Name, Value};
use crate::with_dtype;
use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

/// Runs nothing; finds no special methods but those it was given as texts.
#[derive(Default)]
pub struct NoProgram {
    /// Texts of special methods by class and name: `("C", "__repr__", "text")`.
    pub texts: Vec<(&'static str, &'static str, &'static str)>,
}

fn none<T>() -> Result<T> {
    Err(Fault::internal("there is no program"))
}

impl Caller for NoProgram {
    fn call(&mut self, _: &Value, _: Args) -> Result<Value> {
        none()
    }
    fn get_attr(&mut self, _: &Value, _: &Name) -> Result<Value> {
        none()
    }
    fn find_attr(&mut self, _: &Value, _: &Name) -> Result<Option<Value>> {
        Ok(None)
    }
    fn set_attr(&mut self, _: &Value, _: &Name, _: Value) -> Result<()> {
        none()
    }
    fn del_attr(&mut self, _: &Value, _: &Name) -> Result<()> {
        none()
    }
    fn call_special(&mut self, value: &Value, name: &str, _: &[Value]) -> Result<Option<Value>> {
        let class = crate::value::class_of(value);
        let text = self.texts.iter().find(|(c, n, _)| *c == class.name.as_str() && *n == name);
        Ok(text.map(|(_, _, t)| Value::from(*t)))
    }
    fn iter(&mut self, _: &Value) -> Result<Value> {
        none()
    }
    fn next(&mut self, _: &Value) -> Result<Option<Value>> {
        none()
    }
    fn truth(&mut self, _: &Value) -> Result<bool> {
        none()
    }
    fn equal(&mut self, a: &Value, b: &Value) -> Result<bool> {
        Ok(a.is(b))
    }
    fn compare(&mut self, _: Compare, _: &Value, _: &Value) -> Result<Value> {
        none()
    }
    fn binary(&mut self, _: Binary, _: &Value, _: &Value) -> Result<Value> {
        none()
    }
    fn len(&mut self, _: &Value) -> Result<usize> {
        none()
    }
    fn contains(&mut self, _: &Value, _: &Value) -> Result<bool> {
        none()
    }
    fn get_item(&mut self, _: &Value, _: &Value) -> Result<Value> {
        none()
    }
    fn set_item(&mut self, _: &Value, _: &Value, _: Value) -> Result<()> {
        none()
    }
    fn repr(&mut self, value: &Value) -> Result<String> {
        super::repr(value, self)
    }
    fn str(&mut self, value: &Value) -> Result<String> {
        super::str(value, self)
    }
    fn format(&mut self, _: &Value, _: &str) -> Result<String> {
        none()
    }
    fn import(&mut self, _: &str) -> Result<Value> {
        none()
    }
    fn write(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
    fn write_error(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
    fn read_line(&mut self, _: &str) -> Result<Option<String>> {
        Ok(None)
    }
    fn warn(&mut self, _: &str, _: &str) -> Result<()> {
        Ok(())
    }
    fn checkpoint(&mut self) -> Result<()> {
        Ok(())
    }
    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

/// A node that only has a name, edges and what it remembers.
pub struct NamedNode {
    core: NodeCore,
    name: String,
    operands: RefCell<Vec<Operand>>,
    output: Meta,
}

impl NamedNode {
    /// The result of an operation of that name on those inputs.
    pub fn result(name: &str, inputs: &[&Tensor], array: Array) -> Tensor {
        let core = NodeCore::new(inputs.iter().map(|t| t.edge()).collect());
        let meta = Meta::of;
        let operand = |t: &&Tensor| Operand::Tensor {
            edge: t.edge(),
            meta: Some(meta(&t.array())),
            array: Some(t.array().clone()),
        };
        let operands = RefCell::new(inputs.iter().map(operand).collect());
        let node = Rc::new(NamedNode { core, name: name.to_string(), operands, output: meta(&array) });
        Tensor::with_edge(array, Some(Edge { node, slot: 0 }))
    }
}

impl Drop for NamedNode {
    /// Leaves the last handles to other nodes to the core, which drops them without recursion.
    fn drop(&mut self) {
        self.release();
    }
}

impl Node for NamedNode {
    fn core(&self) -> &NodeCore {
        &self.core
    }
    fn core_mut(&mut self) -> Option<&mut NodeCore> {
        Some(&mut self.core)
    }
    fn name(&self) -> String {
        self.name.clone()
    }
    fn backward(&self, _: &Rc<dyn Node>, _: Grads, _: &mut dyn Env) -> Result<Grads> {
        none()
    }
    fn release(&self) {
        self.operands.borrow_mut().clear();
    }
    fn operands(&self) -> Vec<Operand> {
        self.operands.borrow().clone()
    }
    fn output_meta(&self, _: u32) -> Option<Meta> {
        Some(self.output.clone())
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// An array of that type from numbers.
pub fn array(dtype: DType, sizes: &[usize], values: &[f64]) -> Array {
    with_dtype!(dtype, T => {
        Array::from_vec(values.iter().map(|&v| T::from_f64(v)).collect::<Vec<T>>(), Dims::from_slice(sizes))
    })
}

/// One recorded text: how to make the value, and what the original library printed.
///
/// The file is a sequence of cases, each `key: value` lines and then the text, every line of it behind `|`.
#[derive(Default)]
pub struct Recorded {
    fields: Vec<(String, String)>,
    /// The text.
    pub text: String,
    /// Where the case begins in its file.
    pub line: usize,
}

impl Recorded {
    /// All cases of a file.
    pub fn read(path: &std::path::Path) -> Vec<Recorded> {
        let content = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut cases = Vec::new();
        let mut case = Recorded::default();
        for (i, line) in content.lines().enumerate() {
            if let Some(text) = line.strip_prefix('|') {
                if !case.text.is_empty() {
                    case.text.push('\n');
                }
                case.text.push_str(text);
                continue;
            }
            if !case.text.is_empty() {
                cases.push(std::mem::take(&mut case));
            }
            if let Some((key, value)) = line.split_once(": ") {
                if case.fields.is_empty() {
                    case.line = i + 1;
                }
                case.fields.push((key.to_string(), value.to_string()));
            }
        }
        cases.push(case);
        cases.retain(|c| !c.text.is_empty());
        cases
    }

    /// A field.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.fields.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// The array: `array: float32 2 3`, with `values:` listed or `arange: start step`; `transpose: yes` swaps the
    /// first two dimensions.
    pub fn array(&self) -> Array {
        let mut words = self.get("array").unwrap().split(' ');
        let dtype = DType::from_name(words.next().unwrap()).unwrap();
        let sizes: Vec<usize> = words.map(|w| w.parse().unwrap()).collect();
        // Complex numbers are listed as pairs of their parts.
        let per_element = if dtype.is_complex() { 2 } else { 1 };
        let n = sizes.iter().product::<usize>() * per_element;
        let values: Vec<f64> = match (self.get("values"), self.get("arange")) {
            (Some(list), _) => list.split(' ').map(|w| w.parse().unwrap()).collect(),
            (None, Some(range)) => {
                let (start, step) = range.split_once(' ').unwrap();
                let (start, step): (f64, f64) = (start.parse().unwrap(), step.parse().unwrap());
                (0..n).map(|i| start + i as f64 * step).collect()
            }
            (None, None) => Vec::new(),
        };
        assert_eq!(values.len(), n, "line {}", self.line);
        let made = match dtype.is_complex() {
            true => {
                let pairs: Vec<usize> = sizes.iter().copied().chain([2]).collect();
                array(dtype.to_real(), &pairs, &values).paired().unwrap()
            }
            false => array(dtype, &sizes, &values),
        };
        if self.get("transpose").is_some() { made.with_layout(made.layout.transpose(0, 1)) } else { made }
    }

    /// The print options: `options: precision threshold edgeitems linewidth sci`.
    pub fn use_options(&self) {
        let mut options = PrintOptions::DEFAULT;
        if let Some(list) = self.get("options") {
            let words: Vec<&str> = list.split(' ').collect();
            let number = |i: usize| words[i].parse().unwrap_or(usize::MAX);
            options = PrintOptions {
                precision: number(0),
                threshold: number(1),
                edgeitems: number(2),
                linewidth: number(3),
                sci_mode: words[4].parse().ok(),
            };
        }
        replace_print_options(options);
    }
}

/// Runs a check over the cases of a recorded file, and of the file that an environment variable names.
pub fn over_recorded(name: &str, variable: &str, check: impl Fn(&Recorded) -> String) {
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/display").join(name);
    let extra = std::env::var(variable).ok().map(std::path::PathBuf::from);
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in [Some(golden), extra].into_iter().flatten() {
        for case in Recorded::read(&path) {
            count += 1;
            case.use_options();
            let text = check(&case);
            if text != case.text {
                wrong.push(format!("{}:{}\nwant\n{}\ngot\n{text}\n", path.display(), case.line, case.text));
            }
        }
    }
    replace_print_options(PrintOptions::DEFAULT);
    assert!(wrong.is_empty(), "{} of {count} wrong\n{}", wrong.len(), wrong[..wrong.len().min(12)].join("\n"));
}
