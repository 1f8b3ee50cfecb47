//! Names of letters: `\alpha` and its kin, for identifiers as mathematics writes them.

/// LaTeX's names with letters that identifiers may hold.
const LETTERS: [(&str, &str); 91] = [
    ("Alpha", "Α"),
    ("Beta", "Β"),
    ("Chi", "Χ"),
    ("Delta", "Δ"),
    ("Epsilon", "Ε"),
    ("Eta", "Η"),
    ("Gamma", "Γ"),
    ("Im", "ℑ"),
    ("Iota", "Ι"),
    ("Kappa", "Κ"),
    ("Lambda", "Λ"),
    ("Mu", "Μ"),
    ("Nu", "Ν"),
    ("Omega", "Ω"),
    ("Omicron", "Ο"),
    ("Phi", "Φ"),
    ("Pi", "Π"),
    ("Psi", "Ψ"),
    ("Re", "ℜ"),
    ("Rho", "Ρ"),
    ("Sigma", "Σ"),
    ("Tau", "Τ"),
    ("Theta", "Θ"),
    ("Upsilon", "Υ"),
    ("Xi", "Ξ"),
    ("Zeta", "Ζ"),
    ("_a", "ₐ"),
    ("_e", "ₑ"),
    ("_i", "ᵢ"),
    ("_j", "ⱼ"),
    ("_k", "ₖ"),
    ("_m", "ₘ"),
    ("_n", "ₙ"),
    ("_t", "ₜ"),
    ("_x", "ₓ"),
    ("aleph", "ℵ"),
    ("alpha", "α"),
    ("bbC", "ℂ"),
    ("bbE", "𝔼"),
    ("bbN", "ℕ"),
    ("bbP", "ℙ"),
    ("bbQ", "ℚ"),
    ("bbR", "ℝ"),
    ("bbZ", "ℤ"),
    ("beta", "β"),
    ("calD", "𝒟"),
    ("calF", "ℱ"),
    ("calH", "ℋ"),
    ("calL", "ℒ"),
    ("calN", "𝒩"),
    ("chi", "χ"),
    ("delta", "δ"),
    ("digamma", "ϝ"),
    ("ell", "ℓ"),
    ("epsilon", "ϵ"),
    ("eta", "η"),
    ("eth", "ð"),
    ("gamma", "γ"),
    ("hbar", "ħ"),
    ("hslash", "ℏ"),
    ("imath", "ı"),
    ("iota", "ι"),
    ("jmath", "ȷ"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("nu", "ν"),
    ("omega", "ω"),
    ("omicron", "ο"),
    ("phi", "ϕ"),
    ("pi", "π"),
    ("psi", "ψ"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("ss", "ß"),
    ("tau", "τ"),
    ("theta", "θ"),
    ("upsilon", "υ"),
    ("varepsilon", "ε"),
    ("varkappa", "ϰ"),
    ("varphi", "φ"),
    ("varpi", "ϖ"),
    ("varrho", "ϱ"),
    ("varsigma", "ς"),
    ("vartheta", "ϑ"),
    ("wp", "℘"),
    ("xi", "ξ"),
    ("zeta", "ζ"),
    ("aa", "å"),
    ("ae", "æ"),
    ("oe", "œ"),
];

/// The name that ends at the cursor, with the place of its backslash.
fn name(text: &str, pos: usize) -> Option<(usize, &str)> {
    let before = &text[..pos];
    let start = before.rfind('\\')?;
    let name = &before[start + 1..];
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_').then_some((start, name))
}

/// What a name that begins with a backslash and ends at the cursor stands for: where it begins, and the pairs of name
/// and letter that it may become; one pair when it is a whole name.
pub fn complete(text: &str, pos: usize) -> Option<(usize, Vec<(&'static str, &'static str)>)> {
    let (start, name) = name(text, pos)?;
    let whole = LETTERS.iter().find(|(n, _)| *n == name);
    let found: Vec<_> = match whole {
        Some(pair) => vec![*pair],
        None => LETTERS.iter().filter(|(n, _)| n.starts_with(name)).copied().collect(),
    };
    (!found.is_empty()).then_some((start, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_may_stand_in_names() {
        for (name, letter) in LETTERS {
            assert!(letter.chars().all(unicode_ident::is_xid_continue), "{name}");
        }
    }

    #[test]
    fn whole_names_and_beginnings() {
        assert_eq!(complete("x + \\alpha", 10), Some((4, vec![("alpha", "α")])));
        assert_eq!(complete("\\et", 3).map(|(_, f)| f.len()), Some(2));
        assert_eq!(complete("\\eta", 4), Some((0, vec![("eta", "η")])));
        assert_eq!(complete("\\n x", 4), None);
        assert_eq!(complete("alpha", 5), None);
    }
}
