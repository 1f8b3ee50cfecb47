//! "Did you mean": the nearest name among those that exist.

/// The candidate nearest to `name`, when it is near enough to be what was meant.
///
/// Distance is Damerau-Levenshtein, whatever the case; a single letter must be the same, two may be off by one, longer
/// names by a third of their length.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = match name.chars().count() {
        0 => return None,
        1 => 0,
        2 => 1,
        n => n.div_ceil(3).min(4),
    };
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .filter(|c| *c != name && !(c.starts_with("__") && !name.starts_with("__")))
        .filter_map(|c| {
            let distance = strsim::osa_distance(&lower, &c.to_lowercase());
            (distance <= limit && distance < c.chars().count().max(2)).then_some((distance, c))
        })
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1)))
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn finds_the_nearest_name() {
        assert_eq!(did_you_mean("zeroes", ["zeros", "zeros_like", "ones"]), Some("zeros"));
        assert_eq!(did_you_mean("logit", ["logits", "loss"]), Some("logits"));
        assert_eq!(did_you_mean("dims", ["dim", "keepdim"]), Some("dim"));
    }

    #[test]
    fn stays_silent_when_nothing_is_near() {
        assert_eq!(did_you_mean("foo", ["relu", "backward"]), None);
        assert_eq!(did_you_mean("q", ["relu"]), None);
    }
}
