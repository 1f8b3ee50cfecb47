//! The streams of random numbers behind `np.random`: the legacy one and that of `default_rng`, and what is drawn from
//! either alike.
//!
//! Sources: Marsaglia and Tsang, A Simple Method for Generating Gamma Variables (2000); Kachitvichyanukul and Schmeiser,
//! Binomial Random Variate Generation (1988); Hoermann, The Transformed Rejection Method for Generating Poisson Random
//! Variables (1993).

use crate::array::mt19937::Mt19937;
use crate::array::pcg64::Pcg64;
use crate::array::ziggurat::{self, Bits};

/// A stream of random numbers.
pub trait Stream {
    /// A float in [0, 1) with 53 bits.
    fn double(&mut self) -> f64;
    /// A standard normal number.
    fn normal(&mut self) -> f64;
    /// An exponential number of rate 1.
    fn exponential(&mut self) -> f64;
    /// An integer in 0..=max.
    fn bounded(&mut self, max: u64) -> u64;
    /// An integer in 0..=max, as shuffles draw it.
    fn interval(&mut self, max: u64) -> u64 {
        self.bounded(max)
    }
    /// Different positions below `n`, in random order.
    fn positions(&mut self, n: usize, count: usize) -> Vec<usize>;
    /// The engine of `default_rng`, where it is that.
    fn modern(&mut self) -> Option<&mut Pcg64> {
        None
    }
}

/// Shuffles in place (Fisher and Yates, from the end), down to a position, by integers up to each position.
fn shuffle_by<T>(items: &mut [T], first: usize, mut integer: impl FnMut(u64) -> u64) {
    for i in (first.max(1)..items.len()).rev() {
        items.swap(i, integer(i as u64) as usize);
    }
}

/// Shuffles in place.
pub fn shuffle<T>(stream: &mut dyn Stream, items: &mut [T]) {
    shuffle_by(items, 1, |max| stream.interval(max));
}

/// An integer in 0..=max by masking and rejection, from 64 bits where 32 are too few, as `bits` is told.
fn masked(max: u64, mut bits: impl FnMut(bool) -> u64) -> u64 {
    if max == 0 {
        return 0;
    }
    let mask = u64::MAX >> max.leading_zeros();
    loop {
        let value = bits(max > u32::MAX as u64) & mask;
        if value <= max {
            return value;
        }
    }
}

/// The legacy generator: the engine, and the second normal of the last pair.
pub struct RandomState {
    engine: Mt19937,
    cached: Option<f64>,
}

impl RandomState {
    /// The generator of a seed.
    pub fn new(seed: u32) -> RandomState {
        RandomState { engine: Mt19937::init_genrand(seed), cached: None }
    }

    /// The generator of a seed given as several words.
    pub fn from_key(key: &[u32]) -> RandomState {
        RandomState { engine: Mt19937::init_by_array(key), cached: None }
    }

    /// The generator of a seed that nobody knows.
    pub fn from_entropy() -> RandomState {
        let seed = crate::array::random::Generator::from_entropy().initial_seed();
        RandomState::from_key(&[seed as u32, (seed >> 32) as u32])
    }
}

impl Stream for RandomState {
    fn double(&mut self) -> f64 {
        let (a, b) = (self.engine.next_u32() >> 5, self.engine.next_u32() >> 6);
        (a as f64 * 67108864.0 + b as f64) / 9007199254740992.0
    }

    /// By the polar method; each pair is drawn at once.
    fn normal(&mut self) -> f64 {
        if let Some(cached) = self.cached.take() {
            return cached;
        }
        loop {
            let (x, y) = (2.0 * self.double() - 1.0, 2.0 * self.double() - 1.0);
            let r = x * x + y * y;
            if r < 1.0 && r != 0.0 {
                let f = (-2.0 * r.ln() / r).sqrt();
                self.cached = Some(f * x);
                return f * y;
            }
        }
    }

    fn bounded(&mut self, max: u64) -> u64 {
        masked(max, |wide| {
            let first = self.engine.next_u32() as u64;
            if wide { first << 32 | self.engine.next_u32() as u64 } else { first }
        })
    }

    fn exponential(&mut self) -> f64 {
        -(1.0 - self.double()).ln()
    }

    fn positions(&mut self, n: usize, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        shuffle(self, &mut order);
        order.truncate(count);
        order
    }
}

impl Stream for Pcg64 {
    fn double(&mut self) -> f64 {
        Bits::double(self)
    }

    fn normal(&mut self) -> f64 {
        ziggurat::normal(self)
    }

    fn exponential(&mut self) -> f64 {
        ziggurat::exponential(self)
    }

    fn bounded(&mut self, max: u64) -> u64 {
        Pcg64::bounded(self, max)
    }

    fn interval(&mut self, max: u64) -> u64 {
        masked(max, |wide| if wide { self.bits() } else { self.next_u32() as u64 })
    }

    /// By the end of a shuffle for many of many, else by Floyd's method, then shuffled.
    fn positions(&mut self, n: usize, count: usize) -> Vec<usize> {
        if n > 10000 && count > n / 50 {
            let mut order: Vec<usize> = (0..n).collect();
            shuffle_by(&mut order, n - count, |max| self.bounded(max));
            return order.split_off(n - count);
        }
        let mut taken = std::collections::HashSet::with_capacity(count);
        let mut found = Vec::with_capacity(count);
        for j in n - count..n {
            let drawn = Pcg64::bounded(self, j as u64) as usize;
            let position = if taken.insert(drawn) { drawn } else { j };
            taken.insert(position);
            found.push(position);
        }
        shuffle_by(&mut found, 1, |max| self.bounded(max));
        found
    }

    fn modern(&mut self) -> Option<&mut Pcg64> {
        Some(self)
    }
}

/// A gamma number of that shape and scale 1.
pub fn gamma(s: &mut dyn Stream, shape: f64) -> f64 {
    if shape == 1.0 {
        return s.exponential();
    }
    if shape == 0.0 {
        return 0.0;
    }
    if shape < 1.0 {
        loop {
            let (u, v) = (s.double(), s.exponential());
            if u <= 1.0 - shape {
                let x = u.powf(1.0 / shape);
                if x <= v {
                    return x;
                }
            } else {
                let y = -((1.0 - u) / shape).ln();
                let x = (1.0 - shape + shape * y).powf(1.0 / shape);
                if x <= v + y {
                    return x;
                }
            }
        }
    }
    let b = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * b).sqrt();
    loop {
        let (x, v) = loop {
            let x = s.normal();
            let v = 1.0 + c * x;
            if v > 0.0 {
                break (x, v * v * v);
            }
        };
        let u = s.double();
        if u < 1.0 - 0.0331 * (x * x) * (x * x) || u.ln() < 0.5 * x * x + b * (1.0 - v + v.ln()) {
            return b * v;
        }
    }
}

/// A beta number.
pub fn beta(s: &mut dyn Stream, a: f64, b: f64) -> f64 {
    if a > 1.0 || b > 1.0 {
        let (x, y) = (gamma(s, a), gamma(s, b));
        return x / (x + y);
    }
    loop {
        let (u, v) = (s.double(), s.double());
        let (x, y) = (u.powf(1.0 / a), v.powf(1.0 / b));
        if x + y > 1.0 || u + v <= 0.0 {
            continue;
        }
        if x + y > 0.0 {
            return x / (x + y);
        }
        let (x, y) = (u.ln() / a, v.ln() / b);
        let top = x.max(y);
        let (x, y) = (x - top, y - top);
        return (x - (x.exp() + y.exp()).ln()).exp();
    }
}

/// How many of `n` trials of probability `p` succeed.
pub fn binomial(s: &mut dyn Stream, n: i64, p: f64) -> i64 {
    if n == 0 || p == 0.0 {
        return 0;
    }
    let smaller = if p <= 0.5 { p } else { 1.0 - p };
    if smaller * n as f64 > 30.0 {
        return binomial_by_triangles(s, n, p);
    }
    let found = binomial_by_inversion(s, n, smaller);
    if p <= 0.5 { found } else { n - found }
}

fn binomial_by_inversion(s: &mut dyn Stream, n: i64, p: f64) -> i64 {
    let (count, q) = (n as f64, 1.0 - p);
    let none = (count * q.ln()).exp();
    let mean = count * p;
    let bound = count.min(mean + 10.0 * (mean * q + 1.0).sqrt()) as i64;
    let (mut x, mut px, mut u) = (0, none, s.double());
    while u > px {
        x += 1;
        if x > bound {
            (x, px, u) = (0, none, s.double());
        } else {
            u -= px;
            px = ((n - x + 1) as f64 * p * px) / (x as f64 * q);
        }
    }
    x
}

/// The algorithm BTPE: rejection from triangle, parallelograms and exponential tails.
fn binomial_by_triangles(s: &mut dyn Stream, n: i64, p: f64) -> i64 {
    let count = n as f64;
    let r = p.min(1.0 - p);
    let q = 1.0 - r;
    let fm = count * r + r;
    let mode = fm.floor();
    let p1 = (2.195 * (count * r * q).sqrt() - 4.6 * q).floor() + 0.5;
    let xm = mode + 0.5;
    let (xl, xr) = (xm - p1, xm + p1);
    let c = 0.134 + 20.5 / (15.3 + mode);
    let slope = |a: f64| a * (1.0 + a / 2.0);
    let left = slope((fm - xl) / (fm - xl * r));
    let right = slope((xr - fm) / (xr * q));
    let p2 = p1 * (1.0 + 2.0 * c);
    let p3 = p2 + c / left;
    let p4 = p3 + c / right;
    let nrq = count * r * q;
    loop {
        let (u, mut v) = (s.double() * p4, s.double());
        let y;
        if u <= p1 {
            y = (xm - p1 * v + u).floor();
            return turned(y, n, p);
        } else if u <= p2 {
            let x = xl + (u - p1) / c;
            v = v * c + 1.0 - (mode - x + 0.5).abs() / p1;
            if v > 1.0 {
                continue;
            }
            y = x.floor();
        } else if u <= p3 {
            y = (xl + v.ln() / left).floor();
            if y < 0.0 || v == 0.0 {
                continue;
            }
            v *= (u - p2) * left;
        } else {
            y = (xr - v.ln() / right).floor();
            if y > count || v == 0.0 {
                continue;
            }
            v *= (u - p3) * right;
        }
        let k = (y - mode).abs();
        if k <= 20.0 || k >= nrq / 2.0 - 1.0 {
            let ratio = r / q;
            let a = ratio * (count + 1.0);
            let mut f = 1.0;
            let factors = |from: f64, to: f64| (from as i64 + 1..=to as i64).map(move |i| a / i as f64 - ratio);
            if mode < y {
                factors(mode, y).for_each(|x| f *= x);
            } else {
                factors(y, mode).for_each(|x| f /= x);
            }
            if v > f {
                continue;
            }
            return turned(y, n, p);
        }
        let rho = (k / nrq) * ((k * (k / 3.0 + 0.625) + 0.166_666_666_666_666_66) / nrq + 0.5);
        let t = -k * k / (2.0 * nrq);
        let log = v.ln();
        if log < t - rho {
            return turned(y, n, p);
        }
        if log > t + rho {
            continue;
        }
        let (x1, f1, z, w) = (y + 1.0, mode + 1.0, count + 1.0 - mode, count - y + 1.0);
        let rest = |x: f64| {
            let s = x * x;
            (13680.0 - (462.0 - (132.0 - (99.0 - 140.0 / s) / s) / s) / s) / x / 166320.0
        };
        let most = xm * (f1 / x1).ln()
            + (count - mode + 0.5) * (z / w).ln()
            + (y - mode) * (w * r / (x1 * q)).ln()
            + rest(f1)
            + rest(z)
            + rest(x1)
            + rest(w);
        if log <= most {
            return turned(y, n, p);
        }
    }
}

/// A number of failures as one of successes, where those are what was counted.
fn turned(y: f64, n: i64, p: f64) -> i64 {
    if p > 0.5 { n - y as i64 } else { y as i64 }
}

/// A Poisson number of that mean.
pub fn poisson(s: &mut dyn Stream, mean: f64) -> i64 {
    if mean == 0.0 {
        return 0;
    }
    if mean < 10.0 {
        let least = (-mean).exp();
        let (mut x, mut product) = (0, 1.0);
        loop {
            product *= s.double();
            if product <= least {
                return x;
            }
            x += 1;
        }
    }
    let (root, log) = (mean.sqrt(), mean.ln());
    let b = 0.931 + 2.53 * root;
    let a = -0.059 + 0.02483 * b;
    let inverse = 1.1239 + 1.1328 / (b - 3.4);
    let limit = 0.9277 - 3.6224 / (b - 2.0);
    loop {
        let (u, v) = (s.double() - 0.5, s.double());
        let us = 0.5 - u.abs();
        let k = ((2.0 * a / us + b) * u + mean + 0.43).floor();
        if us >= 0.07 && v <= limit {
            return k as i64;
        }
        if k < 0.0 || (us < 0.013 && v > us) {
            continue;
        }
        if v.ln() + inverse.ln() - (a / (us * us) + b).ln() <= -mean + k * log - libm::lgamma(k + 1.0) {
            return k as i64;
        }
    }
}

/// How many trials of probability `p` there are up to the first success.
pub fn geometric(s: &mut dyn Stream, p: f64) -> i64 {
    if p >= 1.0 / 3.0 {
        let (mut x, mut sum, mut product) = (1, p, p);
        let u = s.double();
        while u > sum {
            product *= 1.0 - p;
            sum += product;
            x += 1;
        }
        return x;
    }
    // Each stream inverts in its own way.
    let trials = match s.modern() {
        Some(engine) => -ziggurat::exponential(engine) / (-p).ln_1p(),
        None => (1.0 - s.double()).ln() / (1.0 - p).ln(),
    };
    if trials >= 9.223372036854776e18 { i64::MAX } else { trials.ceil() as i64 }
}

/// A Laplace number of mean 0 and scale 1.
pub fn laplace(s: &mut dyn Stream, location: f64, scale: f64) -> f64 {
    loop {
        let u = s.double();
        if u >= 0.5 {
            return location - scale * (2.0 - u - u).ln();
        }
        if u > 0.0 {
            return location + scale * (u + u).ln();
        }
    }
}

/// A Gumbel number.
pub fn gumbel(s: &mut dyn Stream, location: f64, scale: f64) -> f64 {
    loop {
        let u = 1.0 - s.double();
        if u < 1.0 {
            return location - scale * (-u.ln()).ln();
        }
    }
}

/// A logistic number.
pub fn logistic(s: &mut dyn Stream, location: f64, scale: f64) -> f64 {
    loop {
        let u = s.double();
        if u > 0.0 {
            return location + scale * (u / (1.0 - u)).ln();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from NumPy 2.4: `np.random.seed(0)` and the first numbers of each kind.
    #[test]
    fn the_stream_is_numpys() {
        let mut s = RandomState::new(0);
        assert_eq!(s.double(), 0.5488135039273248);
        let mut s = RandomState::new(0);
        assert_eq!([s.normal(), s.normal()], [1.764052345967664, 0.4001572083672233]);
        let mut s = RandomState::new(0);
        let drawn: Vec<u64> = (0..5).map(|_| s.bounded(9)).collect();
        assert_eq!(drawn, [5, 0, 3, 3, 7]);
    }
}
