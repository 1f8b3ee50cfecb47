//! Images sampled at the points of a grid, and grids made by affine maps.

use super::args::Call;
use super::def::{Example, Forms, OpDef, Out, Save};
use super::kernel::not_for;
use super::node::grads;
use super::warning;
use crate::array::grid::{Mode, Outside, Sampler};
use crate::array::layout::show_sizes;
use crate::array::matrix::numbers;
use crate::array::{Array, DType};
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::{Bound, Value};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&GRID_SAMPLE, &AFFINE_GRID];

const CHANGED: &str = "Default grid_sample and affine_grid behavior has changed to align_corners=False since 1.3.0. Please \
                       specify align_corners=True if the old behavior is desired. See the documentation of grid_sample for \
                       details.";

/// Whether corners are aligned; warns where that was left open.
fn aligned(c: &Call, i: usize) -> Result<bool> {
    if c.is_none(i) {
        warning::leave(CHANGED);
        return Ok(false);
    }
    c.bool(i)
}

/// The sampler that the arguments from `i` on describe: mode, padding mode, alignment.
fn sampler(c: &Call, i: usize) -> Result<Sampler> {
    let mode = match c.text(i)? {
        "bilinear" => Mode::Linear,
        "nearest" => Mode::Nearest,
        "bicubic" => Mode::Cubic,
        other => {
            return Err(Fault::value(format!(
                "nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '{other}'"
            )));
        }
    };
    let outside = match c.text(i + 1)? {
        "zeros" => Outside::Zeros,
        "border" => Outside::Border,
        "reflection" => Outside::Reflection,
        other => {
            return Err(Fault::value(format!(
                "nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: \
                 '{other}'"
            )));
        }
    };
    Ok(Sampler { mode, outside, align: c.bool(i + 2)? })
}

/// The numbers of images, channels and places, and the sizes of an image.
fn counts(input: &[usize], grid: &[usize]) -> ([usize; 3], Vec<usize>) {
    let places = grid[1..grid.len() - 1].iter().product();
    ([input[0], input[1], places], input[2..].to_vec())
}

/// The sizes of the samples.
fn sampled(input: &[usize], grid: &[usize]) -> Vec<usize> {
    input[..2].iter().chain(&grid[1..grid.len() - 1]).copied().collect()
}

const SAMPLER: &str = "input: Tensor, grid: Tensor, mode: str, padding_mode: str, align_corners: bool";

/// Samples at the points of a grid.
pub static SAMPLE: OpDef = OpDef::kernel("grid_sampler_2d", SAMPLER, |c| {
    let (input, grid) = (c.array(0)?, c.array(1)?);
    let (counts, spatial) = counts(input.sizes(), grid.sizes());
    let sizes = sampled(input.sizes(), grid.sizes());
    crate::array::layout::checked_numel(&sizes)?;
    let samples = sampler(c, 2)?.samples(&input.to_vec_f64()?, &grid.to_vec_f64()?, counts, &spatial);
    let out = Out::from(numbers(&sizes, samples, input.dtype)?);
    Ok(out.named(if spatial.len() == 3 { "GridSampler3DBackward0" } else { "GridSampler2DBackward0" }))
})
.forms(Forms::HIDDEN)
.saves(&[Save::In(0), Save::In(1)])
.grad(|b| {
    let (input, grid) = (b.input(0)?, b.input(1)?);
    let args = [b.grad().into(), input.into(), grid.into(), b.arg(2).clone(), b.arg(3).clone(), b.arg(4).clone()];
    match super::apply(&SAMPLE_GRAD, Bound::from_iter(args))? {
        Value::Tuple(t) => {
            Ok(t.iter().map(|v| if let Value::Tensor(t) = v { Some(t.clone()) } else { None }).collect())
        }
        _ => Err(Fault::internal("two gradients")),
    }
});

/// The gradients of image and grid. They have no derivative themselves, as in PyTorch.
pub static SAMPLE_GRAD: OpDef = OpDef::kernel(
    "grid_sampler_2d_backward",
    "grad: Tensor, input: Tensor, grid: Tensor, mode: str, padding_mode: str, align_corners: bool",
    |c| {
        let (grad, input, grid) = (c.array(0)?, c.array(1)?, c.array(2)?);
        let (counts, spatial) = counts(input.sizes(), grid.sizes());
        let numbers_of = |a: &Array| a.to_vec_f64();
        let (image, places) =
            sampler(c, 3)?.gradients(&numbers_of(&grad)?, &numbers_of(&input)?, &numbers_of(&grid)?, counts, &spatial);
        Ok(Out::many([numbers(input.sizes(), image, input.dtype)?, numbers(grid.sizes(), places, grid.dtype)?]))
    },
)
.forms(Forms::HIDDEN);

/// Images sampled at the points of a grid.
pub static GRID_SAMPLE: OpDef = OpDef::composite(
    "grid_sample",
    "input: Tensor, grid: Tensor, mode: str = bilinear, padding_mode: str = zeros, align_corners: bool? = None",
    |c| {
        let (input, grid) = (c.tensor(0)?, c.tensor(1)?);
        let mut args = Bound::from_iter(c.args[..4].iter().cloned());
        args.push(Value::Bool(false));
        sampler(&Call { def: c.def, args: &args }, 2)?;
        args[4] = Value::Bool(aligned(c, 4)?);
        let (x, g) = (input.sizes(), grid.sizes());
        let axes = x.len().saturating_sub(2);
        if x.first() != g.first() {
            return Err(Fault::runtime(format!(
                "grid_sampler(): expected grid and input to have same batch size, but got input with sizes {} and grid \
                 with sizes {}",
                show_sizes(&x),
                show_sizes(&g)
            )));
        }
        if g.last() != Some(&axes) {
            return Err(Fault::runtime(format!(
                "grid_sampler(): expected grid to have size {} in last dimension, but got grid with sizes {}",
                x.len() as i64 - 2,
                show_sizes(&g)
            )));
        }
        if let Some(d) = (2..x.len()).find(|&d| x[d] == 0) {
            return Err(Fault::runtime(format!(
                "grid_sampler(): expected input to have non-empty spatial dimensions, but input has sizes {} with \
                 dimension {d} being empty",
                show_sizes(&x)
            )));
        }
        if !(axes == 2 || axes == 3) || g.len() != x.len() {
            return Err(Fault::runtime(format!(
                "grid_sampler(): expected 4D or 5D input and grid with same number of dimensions, but got input with sizes \
                 {} and grid with sizes {}",
                show_sizes(&x),
                show_sizes(&g)
            )));
        }
        if input.dtype() != grid.dtype() {
            return Err(Fault::runtime(format!(
                "expected scalar type {} but found {}",
                input.dtype().scalar_type(),
                grid.dtype().scalar_type()
            )));
        }
        if !input.dtype().is_float() {
            let kernel = if axes == 2 { "grid_sampler_2d_cpu_kernel_impl" } else { "grid_sampler3d_cpu" };
            return Err(not_for(kernel, input.dtype()));
        }
        super::apply(&SAMPLE, args)
    },
)
.doc("input [N, C, H, W] (or [N, C, D, H, W]) at the points of grid [N, H2, W2, 2]: x and y from -1 to 1 across the image.\nmode is 'bilinear', 'nearest' or 'bicubic', padding_mode 'zeros', 'border' or 'reflection'.")
.examples(&[Example(
    "F.grid_sample(torch.tensor([[[[0., 1.], [2., 3.]]]]), torch.zeros(1, 1, 1, 2), align_corners=True)",
    "tensor([[[[1.5000]]]])",
)])
.forms(Forms::NN)
.samples(&[
    "randn(1, 2, 3, 4), randn(1, 2, 2, 2), align_corners=False",
    "randn(1, 2, 3, 4), 2 * randn(1, 2, 2, 2), 'bicubic', 'border', True",
    "randn(1, 1, 3, 4), 2 * randn(1, 2, 2, 2), 'bilinear', 'reflection', False",
    "randn(1, 1, 3, 2, 4), randn(1, 1, 2, 2, 3), align_corners=True",
])
.rough();

/// The homogeneous coordinates of the centres of the elements of an image, `[elements, axes + 1]`: x, y (, z), 1.
fn base_points(spatial: &[usize], align: bool, dtype: DType) -> Result<Tensor> {
    let axes = spatial.len();
    let count = crate::array::layout::checked_numel(spatial)?;
    let at = |i: usize, size: usize| {
        let (i, n) = (i as f64, size as f64);
        if !align {
            (2.0 * i + 1.0) / n - 1.0
        } else if size > 1 {
            2.0 * i / (n - 1.0) - 1.0
        } else {
            0.0
        }
    };
    crate::array::storage::room_for(&[count, axes + 1])?;
    let mut data = Vec::with_capacity(count.saturating_mul(axes + 1));
    for p in 0..count {
        let mut rest = p;
        for &size in spatial.iter().rev() {
            data.push(at(rest % size, size));
            rest /= size;
        }
        data.push(1.0);
    }
    Ok(Tensor::new(numbers(&[count, axes + 1], data, dtype)?))
}

/// The points of a grid under affine maps.
pub static GRID_OF: OpDef =
    OpDef::kernel("affine_grid_generator", "theta: Tensor, size: int[], align_corners: bool", |c| {
        let theta = c.tensor(0)?.detach();
        let sizes = c.sizes(1)?;
        let base = base_points(&sizes[2..], c.bool(2)?, theta.dtype())?;
        let n = theta.sizes()[0];
        if n != sizes[0] {
            let axes = sizes.len() - 1;
            return Err(Fault::runtime(format!(
                "Expected size for first two dimensions of batch2 tensor to be: [{}, {axes}] but got: [{n}, {axes}].",
                sizes[0]
            )));
        }
        let mut out = vec![n];
        out.extend(&sizes[2..]);
        out.push(sizes.len() - 2);
        Ok(base.at(&theta.mt()?)?.reshape(&out)?.array().clone().into())
    })
    .forms(Forms::HIDDEN)
    .grad(|b| {
        let sizes = b.call().sizes(1)?;
        let grad = b.grad();
        let base = base_points(&sizes[2..], b.call().bool(2)?, grad.dtype())?;
        let flat = grad.reshape(&[b.sizes(0)[0], base.sizes()[0], sizes.len() - 2])?;
        grads([flat.mt()?.at(&base)?])
    });

/// Grids of points under affine maps.
pub static AFFINE_GRID: OpDef =
    OpDef::composite("affine_grid", "theta: Tensor, size: int[], align_corners: bool? = None", |c| {
        let theta = c.tensor(0)?;
        let align = aligned(c, 2)?;
        if !theta.dtype().is_float() {
            return Err(Fault::value(format!(
                "Expected theta to have floating point type, but got torch.{}",
                theta.dtype().name()
            )));
        }
        let size = c.ints(1)?;
        let axes = match size.len() {
            4 => 2,
            5 => 3,
            _ => {
                return Err(Fault::not_implemented(format!(
                    "affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. Got size {}.",
                    shown(c.value(1), &size)
                )));
            }
        };
        let maps = theta.sizes();
        if maps.len() != 3 || maps[1] != axes || maps[2] != axes + 1 {
            return Err(Fault::value(format!(
                "Expected a batch of {axes}D affine matrices of shape Nx{axes}x{} for size {}. Got torch.Size({}).",
                axes + 1,
                shown(c.value(1), &size),
                show_sizes(&maps)
            )));
        }
        let narrow = size[2..].contains(&1);
        if align && narrow {
            warning::leave(
                "Since version 1.3.0, affine_grid behavior has changed for unit-size grids when align_corners=True. This is \
                 not an intended use case of affine_grid. See the documentation of affine_grid for details.",
            );
        } else if size.iter().any(|&s| s <= 0) {
            return Err(Fault::value(format!(
                "Expected non-zero, positive output size. Got {}",
                shown(c.value(1), &size)
            )));
        }
        super::apply(&GRID_OF, Bound::from_iter([theta.into(), c.value(1).clone(), Value::Bool(align)]))
    })
    .doc("The grid for grid_sample that applies affine maps theta [N, 2, 3] (or [N, 3, 4]) to the points of images of a size.")
    .examples(&[Example(
        "F.affine_grid(torch.tensor([[[1., 0., 0.], [0., 1., 0.]]]), (1, 1, 1, 2), align_corners=False)",
        "tensor([[[[-0.5000,  0.0000],\n          [ 0.5000,  0.0000]]]])",
    )])
    .forms(Forms::NN)
    .samples(&["randn(2, 2, 3), (2, 1, 2, 3), False", "randn(1, 3, 4), (1, 1, 2, 2, 2), True"]);

/// A size as it was given: a tuple, a list or a torch.Size.
fn shown(value: &Value, size: &[i64]) -> String {
    let items: Vec<String> = size.iter().map(i64::to_string).collect();
    match value {
        Value::List(_) => format!("[{}]", items.join(", ")),
        _ => format!("({})", items.join(", ")),
    }
}
