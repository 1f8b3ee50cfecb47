//! Statistics of an array's elements, for annotations and tables.

use crate::array::iter::Walk;
use crate::array::storage::Typed;
use crate::array::{Array, Category};
use crate::value::float::pad_exponent;
use crate::with_dtype;

/// The most elements that are read for a statistic that nobody asked for.
pub const MAX_ELEMENTS: usize = 10_000_000;

/// What is known of many numbers at a glance.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stats {
    /// How many numbers.
    pub count: usize,
    /// How many are NaN.
    pub nan: usize,
    /// How many are infinite.
    pub inf: usize,
    /// The smallest finite number; NaN when there is none.
    pub min: f64,
    /// The largest finite number; NaN when there is none.
    pub max: f64,
    /// The mean of the finite numbers.
    pub mean: f64,
    /// Their standard deviation, with Bessel's correction; NaN for fewer than two.
    pub std: f64,
    /// The largest magnitude of a finite number.
    pub abs_max: f64,
    /// The mean magnitude of the finite numbers.
    pub abs_mean: f64,
}

/// Independent sums side by side, so that they can be formed in one instruction.
const LANES: usize = 8;

#[derive(Clone, Copy)]
struct Sums {
    finite: [f64; LANES],
    nan: [f64; LANES],
    min: [f64; LANES],
    max: [f64; LANES],
    sum: [f64; LANES],
    square: [f64; LANES],
    abs: [f64; LANES],
    /// Taken off every number before it is squared, so that a large mean does not drown the deviation.
    shift: f64,
}

impl Sums {
    #[inline(always)]
    fn add(&mut self, lane: usize, v: f64) {
        let finite = v.is_finite();
        let d = if finite { v - self.shift } else { 0.0 };
        self.finite[lane] += if finite { 1.0 } else { 0.0 };
        self.nan[lane] += if v.is_nan() { 1.0 } else { 0.0 };
        self.min[lane] = self.min[lane].min(if finite { v } else { f64::INFINITY });
        self.max[lane] = self.max[lane].max(if finite { v } else { f64::NEG_INFINITY });
        self.sum[lane] += d;
        self.square[lane] += d * d;
        self.abs[lane] += if finite { v.abs() } else { 0.0 };
    }
}

impl Stats {
    /// The statistics of an array; `None` when it has no elements or too many, or complex ones, which have no order.
    pub fn of(array: &Array) -> Option<Stats> {
        let count = array.numel();
        if count == 0 || count > MAX_ELEMENTS || array.dtype.is_complex() {
            return None;
        }
        with_dtype!(array.dtype, T => Stats::collect::<T>(array, count))
    }

    fn collect<T: Typed>(array: &Array, count: usize) -> Option<Stats> {
        let buffer = array.storage.read();
        let data = T::slice(&buffer)?;
        let first = data.get(array.layout.offset)?.to_f64();
        let mut sums = Sums {
            finite: [0.0; LANES],
            nan: [0.0; LANES],
            min: [f64::INFINITY; LANES],
            max: [f64::NEG_INFINITY; LANES],
            sum: [0.0; LANES],
            square: [0.0; LANES],
            abs: [0.0; LANES],
            shift: if first.is_finite() { first } else { 0.0 },
        };
        let walk = Walk::new([&array.layout]);
        let [stride] = walk.inner;
        walk.runs(0..walk.total, |[at]: [isize; 1], n: usize| {
            let run = if stride == 1 { data.get(at as usize..at as usize + n) } else { None };
            match run {
                Some(run) => {
                    let mut chunks = run.chunks_exact(LANES);
                    for chunk in &mut chunks {
                        for (lane, v) in chunk.iter().enumerate() {
                            sums.add(lane, v.to_f64());
                        }
                    }
                    for (lane, v) in chunks.remainder().iter().enumerate() {
                        sums.add(lane, v.to_f64());
                    }
                }
                None => {
                    for i in 0..n {
                        if let Some(v) = data.get((at + i as isize * stride) as usize) {
                            sums.add(i % LANES, v.to_f64());
                        }
                    }
                }
            }
        });
        let total = |lanes: [f64; LANES]| lanes.iter().sum::<f64>();
        let (finite, nan) = (total(sums.finite), total(sums.nan));
        let nothing = finite == 0.0;
        let min = sums.min.iter().copied().fold(f64::INFINITY, f64::min);
        let max = sums.max.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let deviation = total(sums.sum) / finite;
        let variance = (total(sums.square) - deviation * deviation * finite) / (finite - 1.0);
        Some(Stats {
            count,
            nan: nan as usize,
            inf: count - (finite + nan) as usize,
            min: if nothing { f64::NAN } else { min },
            max: if nothing { f64::NAN } else { max },
            mean: sums.shift + deviation,
            std: if finite < 2.0 { f64::NAN } else { variance.max(0.0).sqrt() },
            abs_max: if nothing { f64::NAN } else { max.abs().max(min.abs()) },
            abs_mean: total(sums.abs) / finite,
        })
    }
}

/// A number in about three digits: `-4.87`, `0.000812`, `1.2e+20`; whole numbers in full.
pub fn brief(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return if value.is_nan() {
            "nan"
        } else if value > 0.0 {
            "inf"
        } else {
            "-inf"
        }
        .to_string();
    }
    if value.fract() == 0.0 && size < 1e7 {
        return format!("{:.0}", value + 0.0);
    }
    if !(1e-4..1e6).contains(&size) {
        let mut text = format!("{value:.2e}");
        pad_exponent(&mut text, 0);
        return text;
    }
    let decimals = (2 - size.log10().floor() as i32).max(0) as usize;
    format!("{value:.decimals$}")
}

/// A number of bytes: `800 B`, `3.8 MiB`.
pub fn bytes(n: usize) -> String {
    let mut size = n as f64;
    let mut unit = "B";
    for larger in ["KiB", "MiB", "GiB", "TiB"] {
        if size < 1024.0 {
            break;
        }
        size /= 1024.0;
        unit = larger;
    }
    if unit == "B" { format!("{n} B") } else { format!("{size:.1} {unit}") }
}

/// What stands in an annotation for the values of a large array: `min -4.87  max 4.81  mean 0.000812  std 1.00`.
pub fn summary(array: &Array, stats: &Stats) -> String {
    match array.dtype.category() {
        // The mean of truth values is the share of true ones.
        Category::Bool => format!("{:.0} true", stats.mean * stats.count as f64),
        _ if stats.min.is_nan() => String::new(),
        _ => format!(
            "min {}  max {}  mean {}  std {}",
            brief(stats.min),
            brief(stats.max),
            brief(stats.mean),
            brief(stats.std)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::array;
    use super::*;
    use crate::array::DType;

    #[test]
    fn statistics_leave_out_what_is_not_finite() {
        let values = [1.0, f64::NAN, 3.0, f64::INFINITY, -5.0, f64::NEG_INFINITY];
        let stats = Stats::of(&array(DType::F32, &[2, 3], &values)).unwrap();
        assert_eq!((stats.count, stats.nan, stats.inf), (6, 1, 2));
        assert_eq!((stats.min, stats.max, stats.abs_max, stats.abs_mean), (-5.0, 3.0, 5.0, 3.0));
        assert!((stats.mean + 1.0 / 3.0).abs() < 1e-12);
        assert!((stats.std - 4.163331998932266).abs() < 1e-12);
        assert!(Stats::of(&array(DType::F32, &[0], &[])).is_none());
    }

    #[test]
    fn a_large_mean_does_not_drown_the_deviation() {
        let values: Vec<f64> = (0..1000).map(|i| 1e9 + (i % 2) as f64).collect();
        let made = array(DType::F64, &[10, 100], &values);
        let stats = Stats::of(&made.with_layout(made.layout.transpose(0, 1))).unwrap();
        assert!((stats.std - 0.500250187672).abs() < 1e-9);
    }

    #[test]
    fn numbers_are_brief() {
        let cases = [
            (-4.8712, "-4.87"),
            (0.00081234, "0.000812"),
            (1.0003, "1.00"),
            (999.0, "999"),
            (123456.78, "123457"),
            (1.5e20, "1.50e+20"),
            (-2e-9, "-2.00e-09"),
            (-0.0, "0"),
            (f64::NAN, "nan"),
        ];
        for (value, text) in cases {
            assert_eq!(brief(value), text);
        }
        assert_eq!(bytes(4_000_000), "3.8 MiB");
        assert_eq!(bytes(800), "800 B");
    }
}
