"""PyTorch, eager: the first layer is an EmbeddingBag that sums the kernel rows of the words in a sample."""

import common
import torch
import torch_dense


def tensors(rows):
    return torch.from_numpy(rows.col_idx).int(), torch.from_numpy(rows.row_ptr).int()


class FirstLayer(torch.nn.Module):
    def __init__(self, kernel, bias):
        super().__init__()
        self.bag = torch.nn.EmbeddingBag.from_pretrained(torch.from_numpy(kernel), freeze=False, mode="sum")
        self.bias = torch.nn.Parameter(torch.from_numpy(bias))

    def forward(self, bags):
        return self.bag(*bags) + self.bias


class Bag(torch_dense.Dense):
    def load(self, name):
        data = common.load(name, sparse=True)
        self.inputs = common.NUM_WORDS
        self.col_idx, self.row_ptr = tensors(data.x)
        self.lengths = self.row_ptr.diff()
        col_idx, row_ptr = tensors(data.x_val)
        self.x_val = col_idx, row_ptr[:-1]
        self.take_targets(data)

    def first_layer(self, kernel, bias):
        return FirstLayer(kernel, bias)

    def batches(self, order):
        """Gathers the column indices in the epoch's order once; a batch is then a slice of them."""
        lengths = self.lengths.index_select(0, order)
        ends = lengths.cumsum(0)
        starts = ends - lengths
        shift = (self.row_ptr.index_select(0, order) - starts).repeat_interleave(lengths)
        col_idx = self.col_idx.index_select(0, shift + torch.arange(len(shift)))
        y = self.y.index_select(0, order)
        size = self.about.batch
        for first in range(0, len(order), size):
            last = min(first + size, len(order)) - 1
            begin, end = int(starts[first]), int(ends[last])
            yield (col_idx[begin:end], starts[first : last + 1] - begin), y[first : last + 1]


if __name__ == "__main__":
    common.serve(Bag)
