"""Recurrent networks and their cells."""
import math

import torch
from .. import functional as F
from ..parameter import Parameter
from ..utils.rnn import PackedSequence
from .module import Module


def _tanh_step(gates, hidden, state, weight, bias):
    return torch.tanh(gates + F.linear(hidden, weight, bias)), None


def _relu_step(gates, hidden, state, weight, bias):
    return torch.relu(gates + F.linear(hidden, weight, bias)), None


def _lstm_step(gates, hidden, state, weight, bias):
    i, f, g, o = (gates + F.linear(hidden, weight, bias)).chunk(4, -1)
    state = torch.sigmoid(f) * state + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(state), state


def _gru_step(gates, hidden, state, weight, bias):
    reset_x, update_x, new_x = gates.chunk(3, -1)
    reset_h, update_h, new_h = F.linear(hidden, weight, bias).chunk(3, -1)
    update = torch.sigmoid(update_x + update_h)
    new = torch.tanh(new_x + torch.sigmoid(reset_x + reset_h) * new_h)
    return (hidden - new) * update + new, None


_STEPS = {"RNN_TANH": (_tanh_step, 1), "RNN_RELU": (_relu_step, 1), "LSTM": (_lstm_step, 4), "GRU": (_gru_step, 3)}


class RNNBase(Module):
    """The common part of the recurrent networks.

    Layer k, direction d: weight_ih_lk [gates * hidden, input], weight_hh_lk [gates * hidden, hidden] and two biases
    (names of the backward direction end in _reverse), all uniform in +-1/sqrt(hidden_size). Input [L, N, input]
    (batch_first: [N, L, input]; [L, input] for one sequence; or packed) gives output [L, N, directions * hidden] and
    the last hidden state [layers * directions, N, hidden].
    """

    def __init__(self, mode, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, proj_size=0, device=None, dtype=None):
        super().__init__()
        if not isinstance(dropout, (int, float)) or not 0 <= dropout <= 1 or isinstance(dropout, bool):
            raise ValueError("dropout should be a number in range [0, 1] representing the probability of an element "
                             "being zeroed")
        if dropout > 0 and num_layers == 1:
            import warnings

            warnings.warn("dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects "
                          f"num_layers greater than 1, but got dropout={dropout} and num_layers={num_layers}")
        for name, size in (("input_size", input_size), ("hidden_size", hidden_size)):
            if not isinstance(size, int):
                raise TypeError(f"{name} should be of type int, got: {type(size).__name__}")
        for name, size in (("input_size", input_size), ("hidden_size", hidden_size)):
            if size <= 0:
                raise ValueError(f"{name} must be greater than zero")
        if num_layers <= 0:
            raise ValueError("num_layers must be greater than zero")
        if proj_size < 0:
            raise ValueError("proj_size should be a positive integer or zero to disable projections")
        if proj_size >= hidden_size:
            raise ValueError("proj_size has to be smaller than hidden_size")
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        directions = 2 if bidirectional else 1
        gates = _STEPS[mode][1] * hidden_size
        output = proj_size if proj_size > 0 else hidden_size
        for layer in range(num_layers):
            for suffix in self._suffixes(layer):
                width = input_size if layer == 0 else output * directions
                shapes = {"weight_ih": (gates, width), "weight_hh": (gates, output)}
                if bias:
                    shapes.update(bias_ih=(gates,), bias_hh=(gates,))
                if proj_size > 0:
                    shapes.update(weight_hr=(proj_size, hidden_size))
                for name, shape in shapes.items():
                    setattr(self, name + suffix, Parameter(torch.empty(shape, device=device, dtype=dtype)))
        self.reset_parameters()

    def _suffixes(self, layer):
        return [f"_l{layer}", f"_l{layer}_reverse"] if self.bidirectional else [f"_l{layer}"]

    @property
    def all_weights(self):
        """The parameters of every layer and direction."""
        kinds = ["weight_ih", "weight_hh"] + (["bias_ih", "bias_hh"] if self.bias else [])
        kinds += ["weight_hr"] if self.proj_size > 0 else []
        suffixes = [suffix for layer in range(self.num_layers) for suffix in self._suffixes(layer)]
        return [[getattr(self, kind + suffix) for kind in kinds] for suffix in suffixes]

    def flatten_parameters(self):
        """Nothing: the parameters stay where they are."""

    def reset_parameters(self):
        bound = 1.0 / math.sqrt(self.hidden_size)
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.uniform_(-bound, bound)

    def _check(self, name, state, expected):
        if tuple(state.shape) != expected:
            raise RuntimeError(f"Expected {name} size {expected}, got {list(state.shape)}")

    def _run(self, input, hidden, state):
        """Output, last hidden state and last cell state of [L, N, input]-shaped or packed input."""
        packed = isinstance(input, PackedSequence)
        if packed:
            data, sizes = input.data, input.batch_sizes.tolist()
            count, single = sizes[0], False
        else:
            single = input.dim() == 2
            if input.dim() not in (2, 3):
                kind = " tensor" if type(self).__name__ == "RNN" else ""
                raise ValueError(f"{type(self).__name__}: Expected input to be 2D or 3D, got {input.dim()}D{kind} instead")
            data = input.unsqueeze(1) if single else input.transpose(0, 1) if self.batch_first else input
            sizes, count = None, data.size(1)
        weight = self.weight_ih_l0
        if data.dtype != weight.dtype:
            raise ValueError(f"RNN input dtype ({data.dtype}) does not match weight dtype ({weight.dtype}). Convert "
                             f"input: input.to({weight.dtype}), or convert model: model.to({data.dtype})")
        if data.size(-1) != self.input_size:
            raise RuntimeError(f"input.size(-1) must be equal to input_size. Expected {self.input_size}, "
                               f"got {data.size(-1)}")
        rows = self.num_layers * (2 if self.bidirectional else 1)
        output = self.proj_size if self.proj_size > 0 else self.hidden_size
        if hidden is None:
            hidden = torch.zeros(rows, count, output, dtype=data.dtype)
            if self.mode == "LSTM":
                state = torch.zeros(rows, count, self.hidden_size, dtype=data.dtype)
        else:
            if not single and hidden.dim() != 3 or single and hidden.dim() != 2:
                kind, right = ("unbatched 2-D", "2-D") if single else ("batched 3-D", "3-D")
                names = "hx and cx should also be {} but got ({}-D, {}-D) tensors"
                if self.mode == "LSTM":
                    raise RuntimeError(f"For {kind} input, " + names.format(right, hidden.dim(), state.dim()))
                raise RuntimeError(f"For {kind} input, hx should also be {right} but got {hidden.dim()}-D tensor")
            if single:
                hidden = hidden.unsqueeze(1)
                state = None if state is None else state.unsqueeze(1)
            elif packed and input.sorted_indices is not None:
                hidden = hidden.index_select(1, input.sorted_indices)
                state = None if state is None else state.index_select(1, input.sorted_indices)
            self._check("hidden[0]" if self.mode == "LSTM" else "hidden", hidden, (rows, count, output))
            if state is not None:
                self._check("hidden[1]", state, (rows, count, self.hidden_size))
        last_hidden, last_state, row = [], [], 0
        for layer in range(self.num_layers):
            outputs = []
            for suffix in self._suffixes(layer):
                start = None if state is None else state[row]
                walk = self._walk if sizes is None else self._walk_packed
                steps, h, c = walk(data, sizes, hidden[row], start, suffix)
                outputs.append(steps)
                last_hidden.append(h)
                last_state.append(c)
                row += 1
            data = outputs[0] if len(outputs) == 1 else torch.cat(outputs, -1)
            if self.dropout > 0 and layer < self.num_layers - 1:
                data = F.dropout(data, self.dropout, self.training)
        hidden = torch.stack(last_hidden)
        state = torch.stack(last_state) if state is not None else None
        if packed:
            data = PackedSequence(data, input.batch_sizes, input.sorted_indices, input.unsorted_indices)
            if input.unsorted_indices is not None:
                hidden = hidden.index_select(1, input.unsorted_indices)
                state = None if state is None else state.index_select(1, input.unsorted_indices)
        elif single:
            data, hidden = data.squeeze(1), hidden.squeeze(1)
            state = None if state is None else state.squeeze(1)
        elif self.batch_first:
            data = data.transpose(0, 1)
        return data, hidden, state

    def _weights(self, suffix):
        biases = (getattr(self, "bias_ih" + suffix), getattr(self, "bias_hh" + suffix)) if self.bias else (None, None)
        project = getattr(self, "weight_hr" + suffix) if self.proj_size > 0 else None
        return (getattr(self, "weight_ih" + suffix), getattr(self, "weight_hh" + suffix), *biases, project)

    def _walk(self, data, sizes, hidden, state, suffix):
        """One layer in one direction over [L, N, width]."""
        weight_ih, weight_hh, bias_ih, bias_hh, project = self._weights(suffix)
        step = _STEPS[self.mode][0]
        backward = suffix.endswith("_reverse")
        gates = F.linear(data, weight_ih, bias_ih).unbind(0)  # the input's part of all steps is one product
        outputs = []
        for gate in reversed(gates) if backward else gates:
            hidden, state = step(gate, hidden, state, weight_hh, bias_hh)
            if project is not None:
                hidden = F.linear(hidden, project)
            outputs.append(hidden)
        if backward:
            outputs.reverse()
        return torch.stack(outputs), hidden, state

    def _walk_packed(self, data, sizes, hidden, state, suffix):
        """One layer in one direction over packed rows: at step t the first sizes[t] sequences are still going."""
        weight_ih, weight_hh, bias_ih, bias_hh, project = self._weights(suffix)
        step = _STEPS[self.mode][0]
        backward = suffix.endswith("_reverse")
        gates = F.linear(data, weight_ih, bias_ih).split(sizes)
        outputs = [None] * len(sizes)
        for t in range(len(sizes) - 1, -1, -1) if backward else range(len(sizes)):
            n = sizes[t]
            h, c = step(gates[t], hidden[:n], None if state is None else state[:n], weight_hh, bias_hh)
            if project is not None:
                h = F.linear(h, project)
            outputs[t] = h
            hidden = h if n == len(hidden) else torch.cat([h, hidden[n:]])
            if state is not None:
                state = c if n == len(state) else torch.cat([c, state[n:]])
        return torch.cat(outputs), hidden, state

    def extra_repr(self):
        text = f"{self.input_size}, {self.hidden_size}"
        if self.proj_size != 0:
            text += f", proj_size={self.proj_size}"
        if self.num_layers != 1:
            text += f", num_layers={self.num_layers}"
        if self.bias is not True:
            text += f", bias={self.bias}"
        if self.batch_first is not False:
            text += f", batch_first={self.batch_first}"
        if self.dropout != 0:
            text += f", dropout={self.dropout}"
        return text + (f", bidirectional={self.bidirectional}" if self.bidirectional is not False else "")


class RNN(RNNBase):
    """h = tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh), step after step (nonlinearity="relu" for ReLU)."""

    def __init__(self, *args, nonlinearity="tanh", **kwargs):
        # The fourth argument is the nonlinearity here, which the other networks do not have.
        if len(args) > 3:
            nonlinearity, args = args[3], args[:3] + args[4:]
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'.")
        self.nonlinearity = nonlinearity
        super().__init__("RNN_" + nonlinearity.upper(), *args, **kwargs)

    def forward(self, input, hx=None):
        output, hidden, _ = self._run(input, hx, None)
        return output, hidden


class GRU(RNNBase):
    """The gated recurrent unit: gates r (reset), z (update) and n (new) decide what of h stays."""

    def __init__(self, *args, **kwargs):
        super().__init__("GRU", *args, **kwargs)

    def forward(self, input, hx=None):
        output, hidden, _ = self._run(input, hx, None)
        return output, hidden


class LSTM(RNNBase):
    """The long short-term memory: gates i, f, g, o write to, keep and read a cell state c.

    Takes and returns (hidden state, cell state) in place of the hidden state.
    """

    def __init__(self, *args, **kwargs):
        super().__init__("LSTM", *args, **kwargs)

    def forward(self, input, hx=None):
        hidden, state = (None, None) if hx is None else (hx[0], hx[1])
        output, hidden, state = self._run(input, hidden, state)
        return output, (hidden, state)


class RNNCellBase(Module):
    """The common part of the cells: one step of a recurrent network, [N, input] -> [N, hidden]."""

    def __init__(self, input_size, hidden_size, bias, num_chunks, device=None, dtype=None):
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        rows = num_chunks * hidden_size
        self.weight_ih = Parameter(torch.empty((rows, input_size), device=device, dtype=dtype))
        self.weight_hh = Parameter(torch.empty((rows, hidden_size), device=device, dtype=dtype))
        for name in ("bias_ih", "bias_hh"):
            values = Parameter(torch.empty(rows, device=device, dtype=dtype)) if bias else None
            self.register_parameter(name, values)
        self.reset_parameters()

    def reset_parameters(self):
        bound = 1.0 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.uniform_(-bound, bound)

    def _step(self, step, input, hidden, state=None):
        if input.dim() not in (1, 2):
            name = type(self).__name__
            raise ValueError(f"{name}: Expected input to be 1D or 2D, got {input.dim()}D instead")
        if hidden is None:
            hidden = torch.zeros(*input.shape[:-1], self.hidden_size, dtype=input.dtype)
            state = hidden
        if input.dim() == 1:
            state = None if state is None else state.unsqueeze(0)
            parts = self._step(step, input.unsqueeze(0), hidden.unsqueeze(0), state)
            return tuple(part if part is None else part.squeeze(0) for part in parts)
        if input.size(1) != self.input_size:
            raise RuntimeError(f"input has inconsistent input_size: got {input.size(1)} expected {self.input_size}")
        gates = F.linear(input, self.weight_ih, self.bias_ih)
        return step(gates, hidden, state, self.weight_hh, self.bias_hh)

    def extra_repr(self):
        text = f"{self.input_size}, {self.hidden_size}"
        if self.bias is not True:
            text += f", bias={self.bias}"
        if getattr(self, "nonlinearity", "tanh") != "tanh":
            text += f", nonlinearity={self.nonlinearity}"
        return text


class RNNCell(RNNCellBase):
    """One step of RNN: (x, h) -> h."""

    def __init__(self, input_size, hidden_size, bias=True, nonlinearity="tanh", device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input, hx=None):
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        return self._step(_tanh_step if self.nonlinearity == "tanh" else _relu_step, input, hx)[0]


class GRUCell(RNNCellBase):
    """One step of GRU: (x, h) -> h."""

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input, hx=None):
        return self._step(_gru_step, input, hx)[0]


class LSTMCell(RNNCellBase):
    """One step of LSTM: (x, (h, c)) -> (h, c)."""

    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input, hx=None):
        hidden, state = (None, None) if hx is None else hx
        return self._step(_lstm_step, input, hidden, state)
