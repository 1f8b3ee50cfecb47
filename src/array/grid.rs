//! Samples of images and volumes at arbitrary places, interpolated between neighbours, and the gradients of that.
//!
//! Each axis of a place has a few taps: neighbours with weights; a sample is the sum over the products of the taps of all
//! axes. Works in float64 on contiguous data: images `[N, C, spatial...]`, places `[N, out..., axes]`, samples
//! `[N, C, out...]`. The definitions are those of `torch.nn.functional.grid_sample`.

use smallvec::SmallVec;

/// How a sample is made of its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Linear in each axis.
    Linear,
    /// The nearest neighbour; ties go to the even one.
    Nearest,
    /// Cubic in each axis, from four neighbours.
    Cubic,
}

/// What lies outside of the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// Zeros.
    Zeros,
    /// The elements at the border.
    Border,
    /// The image, mirrored at the border.
    Reflection,
}

/// A way to sample.
#[derive(Clone, Copy, Debug)]
pub struct Sampler {
    /// How neighbours are weighted.
    pub mode: Mode,
    /// What is outside.
    pub outside: Outside,
    /// Whether -1 and 1 mean the centres of the elements at the border, not the border itself.
    pub align: bool,
}

/// A neighbour along one axis: its index, its weight, and how the weight changes with the place.
#[derive(Clone, Copy, Debug)]
struct Tap {
    index: usize,
    weight: f64,
    slope: f64,
}

type Taps = SmallVec<[Tap; 4]>;

/// The coefficients of cubic convolution at four neighbours of a place `t` behind the second one, and their slopes.
fn cubic(t: f64) -> [(f64, f64); 4] {
    const A: f64 = -0.75;
    let near = |x: f64| (((A + 2.0) * x - (A + 3.0)) * x * x + 1.0, (3.0 * (A + 2.0) * x - 2.0 * (A + 3.0)) * x);
    let far = |x: f64| (((A * x - 5.0 * A) * x + 8.0 * A) * x - 4.0 * A, (3.0 * A * x - 10.0 * A) * x + 8.0 * A);
    let back = |(value, slope): (f64, f64)| (value, -slope);
    [far(1.0 + t), near(t), back(near(1.0 - t)), back(far(2.0 - t))]
}

impl Sampler {
    /// The element coordinate of a place in [-1, 1], and how fast it changes.
    fn coordinate(&self, place: f64, size: usize) -> (f64, f64) {
        let size = size as f64;
        if self.align {
            ((place + 1.0) / 2.0 * (size - 1.0), (size - 1.0) / 2.0)
        } else {
            (((place + 1.0) * size - 1.0) / 2.0, size / 2.0)
        }
    }

    /// A coordinate brought inside, and the factor on its change.
    fn inside(&self, x: f64, size: usize) -> (f64, f64) {
        let (mut x, mut slope) = (x, 1.0);
        if self.outside == Outside::Reflection {
            let (low, high) = if self.align { (0.0, size as f64 - 1.0) } else { (-0.5, size as f64 - 0.5) };
            let span = high - low;
            if span <= 0.0 {
                return (0.0, 0.0);
            }
            let from_low = x - low;
            slope = if from_low < 0.0 { -1.0 } else { 1.0 };
            let (rest, flips) = (from_low.abs() % span, (from_low.abs() / span).floor());
            if flips % 2.0 == 0.0 {
                x = rest + low;
            } else {
                (x, slope) = (high - rest, -slope);
            }
        }
        let last = size as f64 - 1.0;
        // Written so that NaN ends at the first element.
        if x >= last && last > 0.0 {
            (last, 0.0)
        } else if x > 0.0 && last > 0.0 {
            (x, slope)
        } else {
            (0.0, 0.0)
        }
    }

    fn index(&self, x: f64, size: usize) -> Option<usize> {
        if self.outside == Outside::Zeros {
            return (x >= 0.0 && x < size as f64).then_some(x as usize);
        }
        let (x, _) = self.inside(x, size);
        Some((x as usize).min(size - 1))
    }

    /// The taps of a place along an axis of a size.
    fn taps(&self, place: f64, size: usize) -> Taps {
        let (mut x, mut scale) = self.coordinate(place, size);
        if self.mode == Mode::Cubic {
            let base = x.floor();
            let coefficients = cubic(x - base);
            let taps = coefficients.iter().enumerate().filter_map(|(k, &(weight, slope))| {
                let index = self.index(base - 1.0 + k as f64, size)?;
                Some(Tap { index, weight, slope: slope * scale })
            });
            return taps.collect();
        }
        if self.outside != Outside::Zeros {
            let (clipped, factor) = self.inside(x, size);
            (x, scale) = (clipped, scale * factor);
        }
        let tap = |at: f64, weight: f64, slope: f64| {
            let inside = at >= 0.0 && at < size as f64;
            inside.then_some(Tap { index: at as usize, weight, slope })
        };
        if self.mode == Mode::Nearest {
            return tap(x.round_ties_even(), 1.0, 0.0).into_iter().collect();
        }
        if x.is_nan() {
            return Taps::from_elem(Tap { index: 0, weight: f64::NAN, slope: f64::NAN }, 1);
        }
        let base = x.floor();
        let part = x - base;
        [tap(base, 1.0 - part, -scale), tap(base + 1.0, part, scale)].into_iter().flatten().collect()
    }

    /// Calls a function with each product of taps of a place: the position in the image, the weight, and the slopes of
    /// the weight along the axes of the place.
    fn each(&self, place: &[f64], spatial: &[usize], mut f: impl FnMut(usize, f64, [f64; 3])) {
        let axes = spatial.len();
        // A place names its coordinates from the last axis to the first.
        let taps: SmallVec<[Taps; 3]> = (0..axes).map(|d| self.taps(place[axes - 1 - d], spatial[d])).collect();
        let total: usize = taps.iter().map(SmallVec::len).product();
        for n in 0..total {
            let (mut rest, mut at, mut stride) = (n, 0, 1);
            let mut chosen = [Tap { index: 0, weight: 1.0, slope: 0.0 }; 3];
            for d in (0..axes).rev() {
                let tap = taps[d][rest % taps[d].len()];
                rest /= taps[d].len();
                at += tap.index * stride;
                stride *= spatial[d];
                chosen[d] = tap;
            }
            let weight = chosen.iter().map(|t| t.weight).product();
            let mut slopes = [0.0; 3];
            for d in 0..axes {
                slopes[axes - 1 - d] =
                    chosen.iter().enumerate().map(|(e, t)| if e == d { t.slope } else { t.weight }).product();
            }
            f(at, weight, slopes);
        }
    }

    /// Samples `[N, C, places]` of images `[N, C, spatial...]` at `places` points each.
    pub fn samples(&self, image: &[f64], grid: &[f64], [n, c, places]: [usize; 3], spatial: &[usize]) -> Vec<f64> {
        let (area, axes): (usize, usize) = (spatial.iter().product(), spatial.len());
        let mut out = vec![0.0; n * c * places];
        for b in 0..n {
            for p in 0..places {
                let at = (b * places + p) * axes;
                self.each(&grid[at..at + axes], spatial, |from, weight, _| {
                    for channel in b * c..(b + 1) * c {
                        out[channel * places + p] += weight * image[channel * area + from];
                    }
                });
            }
        }
        out
    }

    /// The gradients of image and places, given that of the samples.
    pub fn gradients(
        &self,
        grad: &[f64],
        image: &[f64],
        grid: &[f64],
        [n, c, places]: [usize; 3],
        spatial: &[usize],
    ) -> (Vec<f64>, Vec<f64>) {
        let (area, axes): (usize, usize) = (spatial.iter().product(), spatial.len());
        let (mut of_image, mut of_grid) = (vec![0.0; image.len()], vec![0.0; grid.len()]);
        for b in 0..n {
            for p in 0..places {
                let at = (b * places + p) * axes;
                self.each(&grid[at..at + axes], spatial, |from, weight, slopes| {
                    let mut reached = 0.0;
                    for channel in b * c..(b + 1) * c {
                        let g = grad[channel * places + p];
                        of_image[channel * area + from] += weight * g;
                        reached += image[channel * area + from] * g;
                    }
                    for (axis, slope) in slopes.iter().enumerate().take(axes) {
                        of_grid[at + axis] += slope * reached;
                    }
                });
            }
        }
        (of_image, of_grid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_and_centres_are_found() {
        let image = [0.0, 1.0, 2.0, 3.0];
        let sampler = Sampler { mode: Mode::Linear, outside: Outside::Zeros, align: true };
        let at = |place: [f64; 2]| sampler.samples(&image, &place, [1, 1, 1], &[2, 2])[0];
        assert_eq!([at([-1.0, -1.0]), at([1.0, -1.0]), at([0.0, 0.0]), at([9.0, 0.0])], [0.0, 1.0, 1.5, 0.0]);
        let mirrored = Sampler { outside: Outside::Reflection, ..sampler };
        assert_eq!(mirrored.samples(&image, &[3.0, -1.0], [1, 1, 1], &[2, 2]), [0.0]);
    }
}
