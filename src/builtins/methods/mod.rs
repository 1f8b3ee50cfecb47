//! Methods and attributes of the built-in types.

pub mod complex;
pub mod dict;
pub mod dunder;
pub mod exception;
pub mod float;
pub mod function;
pub mod int;
pub mod list;
pub mod object;
pub mod property;
pub mod proxy;
pub mod range;
pub mod set;
pub mod sort;
pub mod str_case;
pub mod str_find;
pub mod str_split;
pub mod text;
pub mod tuple;
pub mod view;

/// Fills the dictionaries of the built-in classes.
pub fn install() {
    object::install();
    dunder::install();
    int::install();
    float::install();
    complex::install();
    text::install();
    list::install();
    tuple::install();
    dict::install();
    view::install();
    set::install();
    range::install();
    function::install();
    property::install();
    proxy::install();
    exception::install();
}
