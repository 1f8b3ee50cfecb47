//! The Mersenne Twister MT19937: the core of torch's generator, of Python's `random` and of NumPy's legacy stream.

const N: usize = 624;
const M: usize = 397;

/// The engine: 624 words of state and a position.
#[derive(Clone, Debug)]
pub struct Mt19937 {
    state: Box<[u32; N]>,
    next: usize,
}

impl Mt19937 {
    /// The engine seeded by one word, as torch and NumPy's `seed(int)` do.
    pub fn init_genrand(seed: u32) -> Mt19937 {
        let mut state = Box::new([0u32; N]);
        let mut x = seed;
        for (i, word) in state.iter_mut().enumerate() {
            if i > 0 {
                x = 1812433253u32.wrapping_mul(x ^ (x >> 30)).wrapping_add(i as u32);
            }
            *word = x;
        }
        Mt19937 { state, next: N }
    }

    /// The engine seeded by several words, as Python's `random.seed(int)` does. An empty key counts as one zero.
    pub fn init_by_array(key: &[u32]) -> Mt19937 {
        let key = if key.is_empty() { &[0] } else { key };
        let mut engine = Mt19937::init_genrand(19650218);
        let s = &mut engine.state;
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let mixed = (s[i - 1] ^ (s[i - 1] >> 30)).wrapping_mul(1664525);
            s[i] = (s[i] ^ mixed).wrapping_add(key[j]).wrapping_add(j as u32);
            (i, j) = (i + 1, (j + 1) % key.len());
            if i == N {
                s[0] = s[N - 1];
                i = 1;
            }
        }
        for _ in 0..N - 1 {
            let mixed = (s[i - 1] ^ (s[i - 1] >> 30)).wrapping_mul(1566083941);
            s[i] = (s[i] ^ mixed).wrapping_sub(i as u32);
            i += 1;
            if i == N {
                s[0] = s[N - 1];
                i = 1;
            }
        }
        s[0] = 0x8000_0000;
        engine
    }

    /// The engine at a recorded state: the words and the position (624 when they are used up).
    pub fn from_state(words: &[u32; N], position: usize) -> Mt19937 {
        Mt19937 { state: Box::new(*words), next: position.min(N) }
    }

    /// The words of the state and the position within them.
    pub fn state(&self) -> (&[u32; N], usize) {
        (&self.state, self.next)
    }

    /// The next 32 random bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        if self.next >= N {
            self.twist();
        }
        let word = self.state[self.next];
        self.next += 1;
        temper(word)
    }

    /// Fills a slice with the next random words: the same as one after the other, in less time.
    pub fn fill(&mut self, mut out: &mut [u32]) {
        while !out.is_empty() {
            if self.next >= N {
                self.twist();
            }
            let (now, later) = out.split_at_mut(out.len().min(N - self.next));
            now.iter_mut().zip(&self.state[self.next..]).for_each(|(out, &word)| *out = temper(word));
            self.next += now.len();
            out = later;
        }
    }

    #[inline(never)]
    fn twist(&mut self) {
        #[inline(always)]
        fn mix(a: u32, b: u32, far: u32) -> u32 {
            let y = (a & 0x8000_0000) | (b & 0x7fff_ffff);
            far ^ (y >> 1) ^ (0u32.wrapping_sub(y & 1) & 0x9908_b0df)
        }
        let s = &mut self.state;
        for i in 0..N - M {
            s[i] = mix(s[i], s[i + 1], s[i + M]);
        }
        for i in N - M..N - 1 {
            s[i] = mix(s[i], s[i + 1], s[i + M - N]);
        }
        s[N - 1] = mix(s[N - 1], s[0], s[M - 1]);
        self.next = 0;
    }
}

/// A word of the state with its bits mixed.
#[inline(always)]
fn temper(mut y: u32) -> u32 {
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c_5680;
    y ^= (y << 15) & 0xefc6_0000;
    y ^ (y >> 18)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_streams_come_out() {
        let mut one = Mt19937::init_genrand(5489);
        assert_eq!([one.next_u32(), one.next_u32()], [3499211612, 581869302]);
        let mut many = Mt19937::init_by_array(&[0x123, 0x234, 0x345, 0x456]);
        assert_eq!([many.next_u32(), many.next_u32()], [1067595299, 955945823]);
        let mut filled = one.clone();
        let mut words = [0; 9998];
        filled.fill(&mut words);
        assert!(words.iter().all(|&word| word == one.next_u32()));
        assert_eq!(filled.state(), one.state());
        assert_eq!(Mt19937::from_state(one.state().0, one.state().1).next_u32(), one.next_u32());
    }
}
