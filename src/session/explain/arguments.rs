//! Explanations of errors about what functions and layers are given: sizes of layers, kinds of arguments, devices.

use super::Explanation;
use super::scene::{Operand, Scene, numbers};
use crate::value::Value;

/// An explanation that is a sentence under the source line.
macro_rules! note {
    ($kind:literal, $words:literal, $meaning:literal) => {
        Explanation {
            kind: $kind,
            words: $words,
            meaning: $meaning,
            explain: |scene| {
                scene.note($meaning);
                Some(())
            },
        }
    };
}

/// The table of this family.
pub static TABLE: &[Explanation] = &[
    Explanation {
        kind: "RuntimeError",
        words: "channels, but got",
        meaning: "A convolution takes inputs with in_channels channels, in dimension 1 of a batch.",
        explain: |scene| {
            let n = numbers(scene.fault.message.split("to have ").nth(1)?);
            let [wanted, given] = *n.as_slice() else { return None };
            scene.note(format!(
                "the layer has in_channels={wanted}, the input {given} channels (dimension 1 of [N, C, H, W])"
            ));
            Some(())
        },
    },
    Explanation {
        kind: "RuntimeError",
        words: "(batched) input to conv",
        meaning: "A convolution takes [C, H, W] or a batch [N, C, H, W].",
        explain: add_dimension,
    },
    Explanation {
        kind: "RuntimeError",
        words: "(batch mode) tensor expected for input",
        meaning: "A pool takes [C, H, W] or a batch [N, C, H, W].",
        explain: add_dimension,
    },
    note!(
        "RuntimeError",
        "Kernel size can't be greater than actual input size",
        "the image is smaller than the kernel: use padding, or a smaller kernel"
    ),
    note!(
        "RuntimeError",
        "running_mean should contain",
        "num_features is the number of channels: dimension 1 of the input"
    ),
    note!(
        "ValueError",
        "Expected more than 1 value per channel when training",
        "batch statistics need more than one row: a larger batch, or layer.eval()"
    ),
    note!("RuntimeError", "Given normalized_shape", "normalized_shape is the shape of the input's last dimensions"),
    note!("RuntimeError", "must be equal to input_size", "the last size of the input is the layer's input_size"),
    note!(
        "RuntimeError",
        "all elements of input should be between 0 and 1",
        "binary_cross_entropy takes probabilities; F.binary_cross_entropy_with_logits takes any numbers"
    ),
    note!("RuntimeError", "one_hot is only applicable to index tensor", "one_hot takes integers: .long()"),
    note!("RuntimeError", "Class values must be smaller than num_classes", "num_classes must exceed the largest class"),
    note!("RuntimeError", "only one dimension can be inferred", "at most one size can be -1"),
    note!(
        "LinAlgError",
        "singular",
        "a singular matrix has no inverse; torch.linalg.pinv and torch.linalg.lstsq work for any matrix"
    ),
    note!(
        "LinAlgError",
        "not positive-definite",
        "Cholesky needs a symmetric matrix with positive eigenvalues: A @ A.T + eps * eye(n) is one"
    ),
    note!("RuntimeError", "must be batches of square matrices", "the last two sizes must be equal"),
    note!("RuntimeError", "selected index k out of range", "k is at most the size of the dimension"),
    note!(
        "RuntimeError",
        "split_with_sizes expects",
        "the sizes of the pieces must add up to the size of the dimension"
    ),
    note!(
        "RuntimeError",
        "Index tensor must have the same number of dimensions",
        "gather takes an index with as many dimensions as the input: index.unsqueeze(dim)"
    ),
    note!("RuntimeError", "masked_fill_ only supports boolean masks", "a mask is a comparison, or .bool()"),
    note!(
        "RuntimeError",
        "probability tensor contains",
        "probabilities are not negative: softmax makes them from any numbers"
    ),
    note!("RuntimeError", "Trying to create tensor with negative dimension", "sizes are not negative"),
    note!("ValueError", "expected sequence of length", "the rows of a tensor have equal lengths"),
    note!("ValueError", "too many dimensions 'str'", "tensors hold numbers; texts must be numbered first"),
    note!("ValueError", "expected a non-empty list of Tensors", "there is nothing to join: the list is empty"),
    note!(
        "RuntimeError",
        "Tensors must have same number of dimensions",
        "unsqueeze the one with fewer dimensions first"
    ),
    note!(
        "RuntimeError",
        "does not broadcast with previously seen size",
        "a letter stands for one size in all operands"
    ),
    note!(
        "RuntimeError",
        "Found no NVIDIA driver",
        "there is only the CPU here: device = 'cuda' if torch.cuda.is_available() else 'cpu'"
    ),
    note!(
        "RuntimeError",
        "Torch not compiled with CUDA",
        "there is only the CPU here: device = 'cuda' if torch.cuda.is_available() else 'cpu'"
    ),
    note!(
        "RuntimeError",
        "device type at start of device string",
        "devices are 'cpu' and 'cuda'; there is only the CPU here"
    ),
    note!(
        "RuntimeError",
        "Error(s) in loading state_dict",
        "the names and shapes must be those of the module: compare with module.state_dict().keys()"
    ),
    Explanation {
        kind: "ValueError",
        words: "must be the same as input size",
        meaning: "Input and target of this loss have the same shape.",
        explain: |scene| {
            let call = scene.call()?;
            let (input, target) = (call.args.first()?, call.args.get(1)?);
            if input.tensor()?.numel() == target.tensor()?.numel() {
                let fixed = format!("{}.view_as({})", target.atom(), input.text);
                let code = call.with_args(|i, a| if i == 1 { fixed.clone() } else { a.text.clone() });
                scene.help(code, "the shape of the input");
            }
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "must be torch.dtype, not str",
        meaning: "A dtype is torch.float32, not its name in quotes.",
        explain: dtype_name,
    },
    Explanation {
        kind: "TypeError",
        words: "must be tuple of Tensors, not Tensor",
        meaning: "The tensors are given in one list.",
        explain: |scene| {
            let call = scene.call()?;
            let is_tensor = |o: &&Operand| o.tensor().is_some();
            let list: Vec<String> = call.args.iter().filter(is_tensor).map(|a| a.text.clone()).collect();
            scene.help(format!("{}([{}])", call.callee, list.join(", ")), "the tensors in one list");
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "unsupported operand type(s) for",
        meaning: "The operator is not there for these kinds of values.",
        explain: operand_kinds,
    },
    Explanation {
        kind: "TypeError",
        words: "expected np.ndarray",
        meaning: "from_numpy takes NumPy arrays.",
        explain: |scene| {
            let call = scene.call()?;
            let given = call.args.first()?;
            match given.value {
                Value::Tensor(_) => scene.help(given.text.clone(), "it is a tensor already"),
                _ => scene.help(format!("torch.tensor({})", given.text), "tensors are made from lists by torch.tensor"),
            }
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "is only implemented on integer and Boolean-type tensors",
        meaning: "~ is for truth values and integers.",
        explain: |scene| {
            let operand = scene.whole()?;
            let inner = operand.text.strip_prefix('~')?.trim().to_string();
            scene.help(format!("~({inner}).bool()"), "of truth values; - is the negative");
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "unsupported format string passed to Tensor.__format__",
        meaning: "Only tensors of one element are formatted as numbers.",
        explain: |scene| {
            scene.note("only a tensor of one element is formatted as a number: x.item(), or print(x)");
            Some(())
        },
    },
    Explanation {
        kind: "TypeError",
        words: "or None expected)",
        meaning: "A parameter is replaced by a parameter.",
        explain: |scene| {
            let statement = scene.statement()?;
            let (target, value) = statement.split_once('=')?;
            scene.help(format!("{} = nn.Parameter({})", target.trim(), value.trim()), "");
            Some(())
        },
    },
];

fn add_dimension(scene: &mut Scene) -> Option<()> {
    let call = scene.call()?;
    let input = call.args.first()?;
    let missing = 3usize.checked_sub(input.tensor()?.ndim())?;
    if missing != 1 {
        return None;
    }
    let code = call.with_args(|i, a| if i == 0 { format!("{}.unsqueeze(0)", a.atom()) } else { a.text.clone() });
    scene.help(code, "one channel: [C, H, W]");
    Some(())
}

fn dtype_name(scene: &mut Scene) -> Option<()> {
    let call = scene.call()?;
    let code = call.with_args(|i, a| match (&call.keywords[i], &a.value) {
        (_, Value::Str(s)) if s.as_str().chars().all(|c| c.is_ascii_alphanumeric()) => format!("torch.{}", s.as_str()),
        _ => a.text.clone(),
    });
    scene.help(code, "");
    Some(())
}

fn operand_kinds(scene: &mut Scene) -> Option<()> {
    let (a, b) = scene.binary()?;
    let middle = scene.text.get(a.expr.span.end as usize..b.expr.span.start as usize)?.to_string();
    let sign = middle.trim().trim_matches(['(', ')']).trim().to_string();
    let convert = |o: &Operand, other: &Operand| match (&o.value, &other.value) {
        (Value::List(_) | Value::Tuple(_), Value::Tensor(_)) => format!("torch.tensor({})", o.text),
        (Value::Array(_), Value::Tensor(_)) => format!("torch.from_numpy({})", o.text),
        (Value::Str(_), Value::Tensor(_)) => format!("float({})", o.text),
        _ => o.atom(),
    };
    let (left, right) = (convert(&a, &b), convert(&b, &a));
    if left == a.atom() && right == b.atom() {
        if sign == "@" {
            scene.help(format!("{left} * {right}"), "@ is for vectors and matrices");
        }
        return Some(());
    }
    scene.help(format!("{left} {sign} {right}"), "");
    Some(())
}
