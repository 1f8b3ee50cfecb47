//! A tensor saved for the backward pass: its array, its edge, and the version it had.

use super::node::{Edge, Node};
use super::tensor::{Tensor, TensorCell};
use crate::array::Array;
use crate::array::layout::show_sizes;
use crate::diag::{Fault, Result};
use std::rc::{Rc, Weak};

/// An input or output of a node, kept for its derivative.
///
/// It holds the array and the edge, never the tensor: a handle to an output would be a reference cycle.
#[derive(Clone)]
pub struct Saved {
    array: Array,
    edge: Option<Edge>,
    version: u32,
    is_leaf: bool,
    output: Option<u32>,
    /// The input itself, while somebody holds it: messages ask what it is now.
    source: Weak<TensorCell>,
}

impl Saved {
    /// An input as it is now.
    pub fn input(tensor: &Tensor) -> Saved {
        let array = tensor.array().clone();
        let version = array.storage.version();
        Saved {
            edge: tensor.edge(),
            is_leaf: tensor.is_leaf(),
            array,
            version,
            output: None,
            source: tensor.downgrade(),
        }
    }

    /// The output of the node that saves it, as it is now.
    pub fn output(array: &Array, slot: u32) -> Saved {
        Saved {
            array: array.clone(),
            edge: None,
            version: array.storage.version(),
            is_leaf: false,
            output: Some(slot),
            source: Weak::new(),
        }
    }

    /// The array, whatever happened to it.
    pub fn array(&self) -> &Array {
        &self.array
    }

    /// The tensor as it was, connected to the graph again. `owner` is the node that saved it.
    ///
    /// Errors: RuntimeError when it was changed in place since.
    pub fn unpack(&self, owner: &Rc<dyn Node>) -> Result<Tensor> {
        let version = self.array.storage.version();
        if version != self.version {
            return Err(self.changed(version, owner));
        }
        let edge = match self.output {
            Some(slot) => Some(Edge { node: owner.clone(), slot }),
            None => self.edge.clone(),
        };
        if self.is_leaf
            && let Some(leaf) = edge.as_ref().and_then(|e| e.node.leaf())
        {
            return Ok(leaf);
        }
        Ok(Tensor::with_edge(self.array.clone(), edge))
    }

    #[cold]
    fn changed(&self, version: u32, owner: &Rc<dyn Node>) -> Box<Fault> {
        // An input is named after what made it as it is now: after what changed it, if that was recorded.
        let edge = Tensor::upgrade(&self.source).map_or_else(|| self.edge.clone(), |t| t.edge());
        let made_by = match (&edge, self.output) {
            (_, Some(slot)) => Some((owner.name(), slot)),
            (Some(e), None) if !self.is_leaf => Some((e.node.name(), e.slot)),
            _ => None,
        };
        let which = match made_by {
            Some((name, slot)) => {
                let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
                format!(", which is output {slot} of {},", base.strip_suffix("Backward").unwrap_or(base))
            }
            None => String::new(),
        };
        Fault::runtime(format!(
            "one of the variables needed for gradient computation has been modified by an inplace operation: \
             [torch.{}Tensor {}]{which} is at version {version}; expected version {} instead. Hint: enable anomaly \
             detection to find the operation that failed to compute its gradient, with \
             torch.autograd.set_detect_anomaly(True, check_nan=False).",
            self.array.dtype.scalar_type(),
            show_sizes(self.array.sizes()),
            self.version
        ))
    }
}
