//! Print options: how many digits, elements and columns the text of a tensor has.

use std::cell::Cell;

/// What `torch.set_printoptions` sets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrintOptions {
    /// Digits after the point.
    pub precision: usize,
    /// The number of elements above which a tensor is summarised; `usize::MAX` for never.
    pub threshold: usize,
    /// Elements shown at each end of a summarised dimension.
    pub edgeitems: usize,
    /// Columns of a line.
    pub linewidth: usize,
    /// Whether to use exponents; `None` lets the elements decide.
    pub sci_mode: Option<bool>,
}

impl PrintOptions {
    /// PyTorch's defaults.
    pub const DEFAULT: PrintOptions =
        PrintOptions { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80, sci_mode: None };

    /// A named set of options: `default`, `short` or `full`; keeps `sci_mode`.
    pub fn profile(self, name: &str) -> Option<PrintOptions> {
        let sci_mode = self.sci_mode;
        Some(match name {
            "default" => PrintOptions { sci_mode, ..Self::DEFAULT },
            "short" => PrintOptions { precision: 2, edgeitems: 2, sci_mode, ..Self::DEFAULT },
            "full" => PrintOptions { threshold: usize::MAX, sci_mode, ..Self::DEFAULT },
            _ => return None,
        })
    }
}

impl Default for PrintOptions {
    fn default() -> PrintOptions {
        PrintOptions::DEFAULT
    }
}

/// The arguments of `torch.set_printoptions`; `None` leaves an option as it is.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct PrintOptionsChange {
    pub precision: Option<usize>,
    pub threshold: Option<usize>,
    pub edgeitems: Option<usize>,
    pub linewidth: Option<usize>,
    pub profile: Option<String>,
    /// Unlike the others it is always set, as PyTorch does: a call without it returns to automatic.
    pub sci_mode: Option<bool>,
}

thread_local! {
    static OPTIONS: Cell<PrintOptions> = const { Cell::new(PrintOptions::DEFAULT) };
}

/// The options in force.
pub fn print_options() -> PrintOptions {
    OPTIONS.get()
}

/// Replaces all options; returns the old ones.
pub fn replace_print_options(options: PrintOptions) -> PrintOptions {
    OPTIONS.replace(options)
}

/// Changes options as `torch.set_printoptions` does. An unknown profile changes nothing, as there.
pub fn set_print_options(change: &PrintOptionsChange) {
    let mut options = OPTIONS.get();
    if let Some(profile) = change.profile.as_deref().and_then(|name| options.profile(name)) {
        options = profile;
    }
    options.precision = change.precision.unwrap_or(options.precision);
    options.threshold = change.threshold.unwrap_or(options.threshold);
    options.edgeitems = change.edgeitems.unwrap_or(options.edgeitems);
    options.linewidth = change.linewidth.unwrap_or(options.linewidth);
    options.sci_mode = change.sci_mode;
    OPTIONS.set(options);
}

pub use crate::array::dtype::{default_dtype, set_default_dtype};

/// How many digits the floats of a NumPy array are shown with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatMode {
    /// Always as many as the precision says.
    Fixed,
    /// As many as identify each number.
    Unique,
    /// As `Unique`, but no more than the precision says.
    Maxprec,
    /// As `Maxprec`, all with as many as the longest.
    MaxprecEqual,
}

impl FloatMode {
    /// The mode of NumPy's name for it: `maxprec`.
    pub fn from_name(name: &str) -> Option<FloatMode> {
        Some(match name {
            "fixed" => FloatMode::Fixed,
            "unique" => FloatMode::Unique,
            "maxprec" => FloatMode::Maxprec,
            "maxprec_equal" => FloatMode::MaxprecEqual,
            _ => return None,
        })
    }

    /// NumPy's name.
    pub fn name(self) -> &'static str {
        match self {
            FloatMode::Fixed => "fixed",
            FloatMode::Unique => "unique",
            FloatMode::Maxprec => "maxprec",
            FloatMode::MaxprecEqual => "maxprec_equal",
        }
    }
}

/// What `np.set_printoptions` sets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArrayOptions {
    /// Digits after the point.
    pub precision: usize,
    /// The number of elements above which an array is summarised.
    pub threshold: usize,
    /// Elements shown at each end of a summarised dimension.
    pub edgeitems: usize,
    /// Columns of a line.
    pub linewidth: usize,
    /// Whether small numbers are shown without exponent.
    pub suppress: bool,
    /// How the precision counts.
    pub floatmode: FloatMode,
}

impl ArrayOptions {
    /// NumPy's defaults.
    pub const DEFAULT: ArrayOptions = ArrayOptions {
        precision: 8,
        threshold: 1000,
        edgeitems: 3,
        linewidth: 75,
        suppress: false,
        floatmode: FloatMode::Maxprec,
    };
}

thread_local! {
    static ARRAY_OPTIONS: Cell<ArrayOptions> = const { Cell::new(ArrayOptions::DEFAULT) };
}

/// The options of NumPy arrays in force.
pub fn array_options() -> ArrayOptions {
    ARRAY_OPTIONS.get()
}

/// Replaces the options of NumPy arrays; returns the old ones.
pub fn replace_array_options(options: ArrayOptions) -> ArrayOptions {
    ARRAY_OPTIONS.replace(options)
}
