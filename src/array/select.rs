//! Selection and unstable sorting as the C++ standard library does them.
//!
//! Which of equal elements `topk`, `kthvalue`, `median` and `mode` name depends on the algorithm; these are the ones
//! behind PyTorch's results, step by step.

/// Sorts so that element `nth` is where a full sort would put it, smaller ones before it, larger ones behind.
pub fn nth_element<T: Copy>(v: &mut [T], nth: usize, less: &impl Fn(&T, &T) -> bool) {
    if nth >= v.len() {
        return;
    }
    let (mut first, mut last) = (0, v.len());
    let mut depth = 2 * v.len().ilog2();
    while last - first > 3 {
        if depth == 0 {
            heap_select(&mut v[first..last], nth + 1 - first, less);
            v.swap(first, nth);
            return;
        }
        depth -= 1;
        let cut = first + partition_pivot(&mut v[first..last], less);
        if cut <= nth {
            first = cut;
        } else {
            last = cut;
        }
    }
    insertion_sort(&mut v[first..last], less);
}

/// Sorts; equal elements end in the order that introsort gives them.
pub fn sort<T: Copy>(v: &mut [T], less: &impl Fn(&T, &T) -> bool) {
    const SHORT: usize = 16;
    if v.is_empty() {
        return;
    }
    // The right parts wait on a stack: the original recurses there.
    let mut waiting = vec![(0, v.len(), 2 * v.len().ilog2())];
    while let Some((first, mut last, mut depth)) = waiting.pop() {
        while last - first > SHORT {
            if depth == 0 {
                partial_sort(&mut v[first..last], last - first, less);
                break;
            }
            depth -= 1;
            let cut = first + partition_pivot(&mut v[first..last], less);
            waiting.push((cut, last, depth));
            last = cut;
        }
    }
    let head = v.len().min(SHORT);
    insertion_sort(&mut v[..head], less);
    for i in head..v.len() {
        linear_insert(v, i, less);
    }
}

/// Brings the `middle` first elements to the front, sorted.
pub fn partial_sort<T: Copy>(v: &mut [T], middle: usize, less: &impl Fn(&T, &T) -> bool) {
    heap_select(v, middle, less);
    sort_heap(&mut v[..middle], less);
}

fn sort_heap<T: Copy>(v: &mut [T], less: &impl Fn(&T, &T) -> bool) {
    for end in (1..v.len()).rev() {
        let value = v[end];
        v[end] = v[0];
        adjust_heap(v, 0, end, value, less);
    }
}

/// As [`partial_sort`] of the elements of a line with their numbers, of which only the `k` first are kept. The order does
/// not look at the numbers.
pub fn first_sorted<T: Copy>(
    line: &[T],
    k: usize,
    less: &impl Fn(&(T, usize), &(T, usize)) -> bool,
) -> Vec<(T, usize)> {
    /// Elements that are compared with the last one kept before any is looked at by itself.
    const CHUNK: usize = 32;
    let numbered = |from: usize, to: usize| (from..to).map(|i| (line[i], i));
    let mut heap: Vec<(T, usize)> = numbered(0, k.min(line.len())).collect();
    let len = heap.len();
    heap_select(&mut heap, len, less);
    if k > 0 {
        for from in (len..line.len()).step_by(CHUNK) {
            let chunk = &line[from..line.len().min(from + CHUNK)];
            let worst = heap[0];
            if chunk.iter().fold(false, |any, &x| any | less(&(x, from), &worst)) {
                for x in numbered(from, from + chunk.len()) {
                    if less(&x, &heap[0]) {
                        adjust_heap(&mut heap, 0, k, x, less);
                    }
                }
            }
        }
    }
    sort_heap(&mut heap, less);
    heap
}

/// The quickselect behind `kthvalue` and `median`: afterwards element `k` is in its place.
pub fn quick_select<T: Copy>(v: &mut [T], k: usize, greater: &impl Fn(&T, &T) -> bool) {
    let (mut l, mut r) = (0isize, v.len() as isize - 1);
    let k = k as isize;
    let at = |i: isize| i as usize;
    loop {
        if r <= l {
            return;
        }
        if r == l + 1 {
            if greater(&v[at(l)], &v[at(r)]) {
                v.swap(at(l), at(r));
            }
            return;
        }
        v.swap(at(l + (r - l) / 2), at(l + 1));
        for (a, b) in [(l + 1, r), (l, r), (l + 1, l)] {
            if greater(&v[at(a)], &v[at(b)]) {
                v.swap(at(a), at(b));
            }
        }
        let (mut i, mut j, pivot) = (l + 1, r, v[at(l)]);
        loop {
            i += 1;
            while greater(&pivot, &v[at(i)]) {
                i += 1;
            }
            j -= 1;
            while greater(&v[at(j)], &pivot) {
                j -= 1;
            }
            if j < i {
                break;
            }
            v.swap(at(i), at(j));
        }
        v.swap(at(l), at(j));
        if j <= k {
            l = i;
        }
        if j >= k {
            r = j - 1;
        }
    }
}

fn partition_pivot<T: Copy>(v: &mut [T], less: &impl Fn(&T, &T) -> bool) -> usize {
    let (a, b, c) = (1, v.len() / 2, v.len() - 1);
    // The median of three goes to the front.
    let median = if less(&v[a], &v[b]) {
        if less(&v[b], &v[c]) {
            b
        } else if less(&v[a], &v[c]) {
            c
        } else {
            a
        }
    } else if less(&v[a], &v[c]) {
        a
    } else if less(&v[b], &v[c]) {
        c
    } else {
        b
    };
    v.swap(0, median);
    let (mut first, mut last) = (1, v.len());
    loop {
        while less(&v[first], &v[0]) {
            first += 1;
        }
        last -= 1;
        while less(&v[0], &v[last]) {
            last -= 1;
        }
        if first >= last {
            return first;
        }
        v.swap(first, last);
        first += 1;
    }
}

fn insertion_sort<T: Copy>(v: &mut [T], less: &impl Fn(&T, &T) -> bool) {
    for i in 1..v.len() {
        if less(&v[i], &v[0]) {
            v[..=i].rotate_right(1);
        } else {
            linear_insert(v, i, less);
        }
    }
}

fn linear_insert<T: Copy>(v: &mut [T], mut i: usize, less: &impl Fn(&T, &T) -> bool) {
    let value = v[i];
    while i > 0 && less(&value, &v[i - 1]) {
        v[i] = v[i - 1];
        i -= 1;
    }
    v[i] = value;
}

fn heap_select<T: Copy>(v: &mut [T], middle: usize, less: &impl Fn(&T, &T) -> bool) {
    if middle >= 2 {
        for parent in (0..=(middle - 2) / 2).rev() {
            let value = v[parent];
            adjust_heap(v, parent, middle, value, less);
        }
    }
    for i in middle..v.len() {
        if middle > 0 && less(&v[i], &v[0]) {
            let value = v[i];
            v[i] = v[0];
            adjust_heap(v, 0, middle, value, less);
        }
    }
}

fn adjust_heap<T: Copy>(v: &mut [T], mut hole: usize, len: usize, value: T, less: &impl Fn(&T, &T) -> bool) {
    let top = hole;
    let mut second = hole;
    while second < (len - 1) / 2 {
        second = 2 * (second + 1);
        if less(&v[second], &v[second - 1]) {
            second -= 1;
        }
        v[hole] = v[second];
        hole = second;
    }
    if len.is_multiple_of(2) && len >= 2 && second == (len - 2) / 2 {
        second = 2 * (second + 1);
        v[hole] = v[second - 1];
        hole = second - 1;
    }
    while hole > top {
        let parent = (hole - 1) / 2;
        if !less(&v[parent], &value) {
            break;
        }
        v[hole] = v[parent];
        hole = parent;
    }
    v[hole] = value;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_of_them_select(v in prop::collection::vec(0u8..20, 1..200), pick in any::<usize>()) {
            let mut want = v.clone();
            want.sort_unstable();
            let k = pick % v.len();
            let less = |a: &u8, b: &u8| a < b;
            let mut a = v.clone();
            nth_element(&mut a, k, &less);
            prop_assert_eq!(a[k], want[k]);
            let mut a = v.clone();
            sort(&mut a, &less);
            prop_assert_eq!(&a, &want);
            let mut a = v.clone();
            partial_sort(&mut a, k + 1, &less);
            prop_assert_eq!(&a[..=k], &want[..=k]);
            let mut a = v.clone();
            quick_select(&mut a, k, &|a, b| a > b);
            prop_assert_eq!(a[k], want[k]);
        }
    }
}
