//! SHA-512, which seeds random generators from texts.

/// The cube roots of the first primes, as fractions: computed, not listed.
fn constants() -> [u64; 80] {
    let mut out = [0; 80];
    for (place, prime) in out.iter_mut().zip(primes()) {
        *place = root_fraction(prime, 3);
    }
    out
}

fn primes() -> impl Iterator<Item = u64> {
    (2u64..).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0))
}

/// The first 64 bits of the fraction of a square or cube root.
fn root_fraction(n: u64, degree: u32) -> u64 {
    use num_bigint::BigUint;
    let scaled = BigUint::from(n) << (64 * degree) as usize;
    let root = scaled.nth_root(degree);
    root.iter_u64_digits().next().unwrap_or(0)
}

/// The digest of a text, 64 bytes.
pub fn sha512(data: &[u8]) -> [u8; 64] {
    let k = constants();
    let mut state = [0u64; 8];
    for (place, prime) in state.iter_mut().zip(primes()) {
        *place = root_fraction(prime, 2);
    }
    let mut message = data.to_vec();
    message.push(0x80);
    while message.len() % 128 != 112 {
        message.push(0);
    }
    message.extend_from_slice(&(data.len() as u128 * 8).to_be_bytes());
    for block in message.chunks_exact(128) {
        let mut w = [0u64; 80];
        for (word, bytes) in w.iter_mut().zip(block.chunks_exact(8)) {
            *word = bytes.iter().fold(0, |word, &b| word << 8 | u64::from(b));
        }
        for i in 16..80 {
            let a = w[i - 15].rotate_right(1) ^ w[i - 15].rotate_right(8) ^ w[i - 15] >> 7;
            let b = w[i - 2].rotate_right(19) ^ w[i - 2].rotate_right(61) ^ w[i - 2] >> 6;
            w[i] = w[i - 16].wrapping_add(a).wrapping_add(w[i - 7]).wrapping_add(b);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for i in 0..80 {
            let s1 = e.rotate_right(14) ^ e.rotate_right(18) ^ e.rotate_right(41);
            let choice = (e & f) ^ (!e & g);
            let t1 = h.wrapping_add(s1).wrapping_add(choice).wrapping_add(k[i]).wrapping_add(w[i]);
            let s0 = a.rotate_right(28) ^ a.rotate_right(34) ^ a.rotate_right(39);
            let majority = (a & b) ^ (a & c) ^ (b & c);
            let t2 = s0.wrapping_add(majority);
            (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(t1), c, b, a, t1.wrapping_add(t2));
        }
        for (place, value) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *place = place.wrapping_add(value);
        }
    }
    let mut out = [0; 64];
    for (bytes, word) in out.chunks_exact_mut(8).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_digest_of_abc() {
        let digest = super::sha512(b"abc");
        assert_eq!(digest[..8], [0xdd, 0xaf, 0x35, 0xa1, 0x93, 0x61, 0x7a, 0xba]);
        assert_eq!(digest[56..], [0x2a, 0x9a, 0xc9, 0x4f, 0xa5, 0x4c, 0xa4, 0x9f]);
    }
}
