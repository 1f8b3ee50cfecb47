//! What the texts of gradient graphs say about the operators that are really recorded.

use tensor_repl::array::{Array, Dims};
use tensor_repl::display::annotate::annotation;
use tensor_repl::display::{graph, origin};
use tensor_repl::ops::{apply, registry};
use tensor_repl::tensor::Tensor;
use tensor_repl::value::Value;

fn tensor(sizes: &[usize], requires_grad: bool) -> Tensor {
    let n = sizes.iter().product();
    let tensor = Tensor::new(Array::from_vec(vec![0.5f32; n], Dims::from_slice(sizes)));
    tensor.set_requires_grad(requires_grad).unwrap();
    tensor
}

fn call<const N: usize>(name: &str, args: [Value; N]) -> Tensor {
    apply::call(registry::find(name).unwrap(), args).unwrap()
}

#[test]
fn recorded_operators_name_their_operands() {
    let (x, w) = (tensor(&[2, 3], false), tensor(&[3], true));
    let product = call("mul", [Value::from(&x), Value::from(&w)]);
    let scaled = call("mul", [Value::from(&product), Value::Float(2.0)]);
    let y = call("exp", [Value::from(&scaled)]);
    let names = |asked: &Tensor| {
        let found = [("x", &x), ("w", &w)].into_iter().find(|(_, t)| origin::denotes(t, asked));
        found.map(|(name, _)| name.to_string())
    };
    let line = annotation(&Value::from(&y), &names).unwrap().to_plain();
    assert_eq!(line, " f32[2, 3]  <- exp <- (x[2, 3] * w[3]*) * 2.0");
    let tree = graph::tree(&y, &names).unwrap().to_plain();
    assert_eq!(
        tree,
        "ExpBackward0  f32[2, 3]\n\
         └─ MulBackward0  f32[2, 3]\n   \
            └─ MulBackward0  f32[2, 3]\n      \
               ├─ x  f32[2, 3]  no gradient\n      \
               └─ w  f32[3]  leaf  grad: none yet"
    );
}

#[test]
fn long_chains_are_freed_without_recursion() {
    let x = tensor(&[1], true);
    let mut y = call("mul", [Value::from(&x), Value::from(&x)]);
    for _ in 0..100_000 {
        y = call("mul", [Value::from(&y), Value::from(&x)]);
    }
    drop(y);
}
