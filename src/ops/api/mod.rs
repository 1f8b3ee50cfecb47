//! stub
pub mod binary;
pub mod numpy;
