//! The order in which Python's sets list integers: that of their places in its open hash table.
//!
//! The hash of a small integer is the integer, so the order is the same in every run, and programs print it
//! (`{3, 1, 2}` is `{1, 2, 3}`). Texts hash differently in every run of Python: sets of anything but integers keep the
//! order of insertion. Numbers of probes and sizes are those of CPython 3.11.

use super::value::Value;

/// How many places beside the first are tried before the next jump.
const NEIGHBOURS: u64 = 9;
const FREE: u32 = u32::MAX;

/// The hash of an integer or truth value; `None` for what is none or is too large.
fn hash(value: &Value) -> Option<u64> {
    match *value {
        Value::Bool(b) => Some(u64::from(b)),
        Value::Int(-1) => Some(-2i64 as u64),
        Value::Int(n) if n.unsigned_abs() < (1 << 61) - 1 => Some(n as u64),
        _ => None,
    }
}

struct Table {
    places: Vec<u32>,
}

impl Table {
    fn new(size: usize) -> Table {
        Table { places: vec![FREE; size] }
    }

    /// Puts a member that is not there yet into its place.
    fn put(&mut self, hash: u64, member: u32) {
        let mask = self.places.len() as u64 - 1;
        let (mut at, mut rest) = (hash & mask, hash);
        loop {
            let near = if at + NEIGHBOURS <= mask { NEIGHBOURS } else { 0 };
            for place in at..=at + near {
                if self.places[place as usize] == FREE {
                    self.places[place as usize] = member;
                    return;
                }
            }
            rest >>= 5;
            at = (at.wrapping_mul(5).wrapping_add(1).wrapping_add(rest)) & mask;
        }
    }
}

/// The members of a set, given in order of insertion, as Python lists them.
pub fn arranged(members: Vec<Value>) -> Vec<Value> {
    if members.len() < 2 || members.len() >= FREE as usize {
        return members;
    }
    let Some(hashes) = members.iter().map(hash).collect::<Option<Vec<u64>>>() else { return members };
    let mut table = Table::new(8);
    for (i, &h) in hashes.iter().enumerate() {
        table.put(h, i as u32);
        let used = i + 1;
        if used * 5 >= (table.places.len() - 1) * 3 {
            let wanted = if used > 50_000 { used * 2 } else { used * 4 };
            let mut larger = Table::new((wanted + 1).next_power_of_two().max(8));
            for &member in table.places.iter().filter(|&&m| m != FREE) {
                larger.put(hashes[member as usize], member);
            }
            table = larger;
        }
    }
    table.places.iter().filter(|&&m| m != FREE).map(|&m| members[m as usize].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(numbers: &[i64]) -> Vec<i64> {
        let members = numbers.iter().map(|&n| Value::Int(n)).collect();
        arranged(members).iter().map(|v| if let Value::Int(n) = v { *n } else { 0 }).collect()
    }

    #[test]
    fn integers_come_in_the_order_of_their_places() {
        assert_eq!(order(&[3, 1, 2]), [1, 2, 3]);
        assert_eq!(order(&[8, 1, 16, 0]), [8, 1, 16, 0]);
        assert_eq!(order(&[-1, -5, 7]), [-5, -1, 7]);
        assert_eq!(order(&[100, 33, 5, 64, 12, 7]), [64, 33, 100, 5, 7, 12]);
    }
}
