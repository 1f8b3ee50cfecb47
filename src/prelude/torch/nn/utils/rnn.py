"""Sequences of different lengths in one tensor: padded, or packed step by step."""
import torch


class PackedSequence:
    """Sequences with their steps interleaved: `data` holds first steps, then second steps, ..., longest first.

    `batch_sizes` [longest] counts the sequences that reach each step; `sorted_indices` is the order by length, and
    `unsorted_indices` its inverse.
    """

    def __init__(self, data, batch_sizes=None, sorted_indices=None, unsorted_indices=None):
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        self.data = data
        self.batch_sizes = batch_sizes
        self.sorted_indices = sorted_indices
        self.unsorted_indices = unsorted_indices

    def _fields(self):
        return (self.data, self.batch_sizes, self.sorted_indices, self.unsorted_indices)

    def __iter__(self):
        return iter(self._fields())

    def __getitem__(self, index):
        return self._fields()[index]

    def __len__(self):
        return 4

    def to(self, *args, **kwargs):
        return PackedSequence(self.data.to(*args, **kwargs), *self._fields()[1:])

    def __repr__(self):
        return (f"PackedSequence(data={self.data}, batch_sizes={self.batch_sizes}, "
                f"sorted_indices={self.sorted_indices}, unsorted_indices={self.unsorted_indices})")


def invert_permutation(permutation):
    """The order that undoes an order; None for None."""
    return None if permutation is None else torch.argsort(permutation)


def pack_padded_sequence(input, lengths, batch_first=False, enforce_sorted=True):
    """Packs [L, N, *] (batch_first: [N, L, *]) with the true lengths [N]."""
    lengths = torch.as_tensor(lengths, dtype=torch.int64)
    order = None
    if enforce_sorted:
        if (lengths[1:] > lengths[:-1]).any():
            raise RuntimeError(
                "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass "
                "`enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if "
                "you do not need ONNX exportability."
            )
    else:
        lengths, order = torch.sort(lengths, descending=True)
        input = input.index_select(0 if batch_first else 1, order)
    if batch_first:
        input = input.transpose(0, 1)
    if lengths.numel() != input.size(1):
        raise RuntimeError(f"Expected `len(lengths)` to be equal to batch_size, but got {lengths.numel()} "
                           f"(batch_size={input.size(1)})")
    if lengths.numel() and lengths[-1] <= 0:
        raise RuntimeError("Length of all samples has to be greater than 0, but found an element in 'lengths' that is "
                           "<= 0")
    counts = [int((lengths > step).sum()) for step in range(int(lengths[0]))]
    data = torch.cat([input[step, :count] for step, count in enumerate(counts)])
    return PackedSequence(data, torch.tensor(counts), order)


def pad_packed_sequence(sequence, batch_first=False, padding_value=0.0, total_length=None):
    """The padded tensor [L, N, *] (batch_first: [N, L, *]) and lengths [N] of a packed sequence."""
    counts = sequence.batch_sizes.tolist()
    longest = len(counts)
    if total_length is not None:
        if total_length < longest:
            raise ValueError("Expected total_length to be at least the length of the longest sequence in input, but got "
                             f"total_length={total_length} and max sequence length being {longest}")
        longest = total_length
    rows, start = [], 0
    tail = sequence.data.shape[1:]
    for step in range(longest):
        count = counts[step] if step < len(counts) else 0
        row = sequence.data[start:start + count]
        start += count
        if count < counts[0]:
            row = torch.cat([row, row.new_full((counts[0] - count, *tail), padding_value)])
        rows.append(row)
    output = torch.stack(rows)
    lengths = torch.tensor([sum(count > i for count in counts) for i in range(counts[0])])
    if sequence.unsorted_indices is not None:
        output = output.index_select(1, sequence.unsorted_indices)
        lengths = lengths[sequence.unsorted_indices]
    return (output.transpose(0, 1) if batch_first else output), lengths


def pad_sequence(sequences, batch_first=False, padding_value=0.0, padding_side="right"):
    """Tensors [length, *] as one tensor [L, N, *] (batch_first: [N, L, *]), filled up with `padding_value`."""
    if isinstance(sequences, torch.Tensor):
        sequences = sequences.unbind(0)
    elif not hasattr(sequences, "__iter__"):
        raise RuntimeError("pad_sequence: Expected iterable for input sequences, but got arg of type: "
                           f"{type(sequences)}")
    sequences = list(sequences)
    if not sequences:
        raise RuntimeError("received an empty list of sequences")
    longest = max(sequence.size(0) for sequence in sequences)
    rows = []
    for sequence in sequences:
        missing = longest - sequence.size(0)
        if missing:
            filler = sequence.new_full((missing, *sequence.shape[1:]), padding_value)
            sequence = torch.cat([filler, sequence] if padding_side == "left" else [sequence, filler])
        rows.append(sequence)
    return torch.stack(rows, 0 if batch_first else 1)


def unpad_sequence(padded_sequences, lengths, batch_first=False):
    """The tensors [length, *] that were padded into one."""
    if not batch_first:
        padded_sequences = padded_sequences.transpose(0, 1)
    return [row[:int(length)] for row, length in zip(padded_sequences, lengths)]


def pack_sequence(sequences, enforce_sorted=True):
    """Packs tensors [length, *]."""
    lengths = torch.tensor([sequence.size(0) for sequence in sequences])
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences):
    """The tensors [length, *] of a packed sequence."""
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)
