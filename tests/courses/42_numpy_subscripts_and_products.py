import numpy as np
np.r_[1:4, 0, 4], np.r_[1.5, 2:4], np.r_[np.array([1, 2, 3]), 0, 0, np.array([4, 5])], np.r_[-1:1:5j], np.r_[0:10:3]
np.c_[np.array([1, 2, 3]), np.array([4, 5, 6])], np.c_[np.array([[1, 2, 3]]), 0, 0, np.array([[4, 5, 6]])]
xx, yy = np.meshgrid(np.linspace(0, 1, 3), np.linspace(0, 1, 2)); np.c_[xx.ravel(), yy.ravel()]
np.r_[np.ones((2, 2)), np.zeros((1, 2))], np.c_[np.ones(2)]
np.r_[np.ones((2, 2)), np.zeros(2)]
np.s_[1:3], np.s_[::2, 1], np.index_exp[1:3], np.arange(10)[np.s_[2:8:3]]
a = np.arange(12).reshape(3, 4); a[np.ix_([0, 2], [1, 3])], np.ix_([True, False, True], [0]), a[np.ix_(a.sum(1) > 6, [0, 1])]
np.ix_(np.ones((2, 2)))
np.mgrid[0:2, 0:3], np.ogrid[0:2, 0:3:2j], np.mgrid[-1:1:3j]
A, B, C = np.ones((2, 30)), np.ones((30, 3)), np.arange(12.).reshape(3, 4); np.linalg.multi_dot([A, B, C]), np.linalg.multi_dot([np.ones(30), B]), np.linalg.multi_dot([np.ones(2), A, np.ones(30)])
np.linalg.multi_dot([A])
np.linalg.vector_norm(C), np.linalg.vector_norm(C, axis=1), np.linalg.vector_norm(C, ord=1, keepdims=True), np.linalg.matrix_norm(C), np.linalg.matrix_norm(C, ord=2), np.linalg.svdvals(np.diag([3., 4.]))
np.linalg.outer([1, 2], [3, 4]), np.linalg.cross([1, 0, 0], [0, 1, 0]), np.linalg.matmul(A, B), np.linalg.vecdot([1, 2], [3, 4]), np.linalg.tensordot(A, B, axes=1), np.linalg.trace(C), np.linalg.diagonal(C, offset=1), np.linalg.matrix_transpose(C).shape
np.linalg.outer([[1]], [2])
np.linalg.cross([1, 0], [0, 1])
np.meshgrid(np.arange(2), np.linspace(0, 1, 3)), np.meshgrid([1, 2], [3., 4.], sparse=True), np.meshgrid([1, 2], [3., 4.], indexing="ij"), np.meshgrid([1, 2]), [g.shape for g in np.meshgrid([1, 2], [3, 4, 5], [6, 7, 8, 9])]
np.meshgrid([1], [2], indexing="yx")
np.concatenate([[1, 2], [3]], dtype=np.float32), np.stack([[1, 2], [3, 4]], dtype=float), np.concatenate([[1., 2.], [3.]]).dtype
np.concatenate([np.ones(2), np.ones((1, 2))])
np.concatenate([np.ones((2, 2)), np.ones((1, 3))])
np.vstack([np.ones(2), np.zeros(2)], dtype=np.float32), np.hstack([[1], [2]]), np.column_stack([[1, 2], [3, 4]]), np.dstack([[1], [2]]).shape
np.concatenate([[1., 2.]], dtype=int)
np.concatenate([[1, 2]], dtype=np.uint8)
np.concatenate([[[1, 2]], [[3, 4]]], axis=None), np.concatenate([[1, 2]], dtype=np.int32).dtype
