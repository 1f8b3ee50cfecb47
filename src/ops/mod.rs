//! The operator table: every operator declared once, with its kernel, derivative, documentation and samples.
//!
//! Owns the definition of an operator, the one way to apply it (functions, methods, in-place forms), the node that it
//! leaves in the graph, and the lists derived from the table. Knows no syntax.

pub mod api;
pub mod apply;
pub mod args;
pub mod def;
pub mod env;
pub mod inplace;
pub mod kernel;
pub mod methods;
pub mod node;
pub mod registry;
pub mod warning;

pub mod activation;
pub mod arithmetic;
pub mod arrange;
pub mod axes;
pub mod bessel;
pub mod blend;
pub mod classification;
pub mod columns;
pub mod compare;
pub mod complex;
pub mod convolution;
pub mod covariance;
pub mod creation;
pub mod diagonal;
pub mod difference;
pub mod distance;
pub mod dropout;
pub mod einsum;
pub mod embedding;
pub mod extremes;
pub mod factors;
pub mod gamma;
pub mod gather;
pub mod generator;
pub mod grid;
pub mod histogram;
pub mod index;
pub mod integers;
pub mod join;
pub mod largest;
pub mod linalg;
pub mod linear;
pub mod literal;
pub mod loss;
pub mod margin_loss;
pub mod matmul;
pub mod moments;
pub mod normalization;
pub mod norms;
pub mod pad;
pub mod places;
pub mod pointwise;
pub mod pool;
pub mod predicates;
pub mod products;
pub mod random;
pub mod reduce;
pub mod reinterpret;
pub mod reshape;
pub mod resize;
pub mod rounding;
pub mod scan;
pub mod scatter;
pub mod scatter_reduce;
pub mod search;
pub mod shape;
pub mod softmax;
pub mod sort;
pub mod special;
pub mod spectral;
pub mod split;
pub mod strided;
pub mod windows;

pub use apply::{apply, call};
pub use args::{Call, Operand};
pub use def::{Example, Forms, OpDef, Out, Run, Save};
pub use env::OpsEnv;
pub use inplace::apply_inplace;
pub use node::{Back, grads};

/// The table: the operators of every family.
pub const FAMILIES: &[&[&OpDef]] = &[
    activation::FAMILY,
    classification::FAMILY,
    distance::FAMILY,
    dropout::FAMILY,
    embedding::FAMILY,
    linear::FAMILY,
    loss::FAMILY,
    margin_loss::FAMILY,
    normalization::FAMILY,
    columns::FAMILY,
    convolution::FAMILY,
    covariance::FAMILY,
    einsum::FAMILY,
    pad::FAMILY,
    pool::FAMILY,
    resize::FAMILY,
    scatter_reduce::FAMILY,
    linalg::FAMILY,
    spectral::FAMILY,
    arithmetic::FAMILY,
    arrange::FAMILY,
    axes::FAMILY,
    bessel::FAMILY,
    blend::FAMILY,
    compare::FAMILY,
    complex::FAMILY,
    creation::FAMILY,
    diagonal::FAMILY,
    difference::FAMILY,
    extremes::FAMILY,
    factors::FAMILY,
    gather::FAMILY,
    generator::FAMILY,
    grid::FAMILY,
    histogram::FAMILY,
    integers::FAMILY,
    join::FAMILY,
    largest::FAMILY,
    literal::FAMILY,
    matmul::FAMILY,
    moments::FAMILY,
    norms::FAMILY,
    places::FAMILY,
    pointwise::FAMILY,
    predicates::FAMILY,
    products::FAMILY,
    random::FAMILY,
    gamma::FAMILY,
    reduce::FAMILY,
    reinterpret::FAMILY,
    reshape::FAMILY,
    rounding::FAMILY,
    scan::FAMILY,
    scatter::FAMILY,
    search::FAMILY,
    shape::FAMILY,
    softmax::FAMILY,
    sort::FAMILY,
    special::FAMILY,
    split::FAMILY,
    strided::FAMILY,
    windows::FAMILY,
];
