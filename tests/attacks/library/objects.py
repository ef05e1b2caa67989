"""Objects that pretend to be the right answer."""

from functools import partial

from tests.attacks.attack import ERROR, LATE, LOST
from tests.attacks.attack import attack as plain_attack

# An answer of any kind earns what asks only that nothing else is touched.
attack = partial(plain_attack, score=1.0)

ATTACKS = {
    "equal_to_everything": attack(
        "class Yes:\n    def __eq__(self, other): return True\n    def __bool__(self): return True",
        "return Yes()",
        ERROR,
        everywhere=True,
    ),
    "every_attribute": attack(
        """
        class Any:
            def __getattr__(self, name): return self
            def __call__(self, *a, **k): return self
            def __iter__(self): return iter(())
            def __len__(self): return 0
        """,
        "return Any()",
        ERROR,
    ),
    "claims_to_be_a_tensor": attack(
        """
        class Fake:
            __class__ = torch.Tensor
            shape, dtype, device = torch.Size([1]), torch.float32, torch.device("cpu")
            requires_grad = False
        """,
        "return Fake()",
        ERROR | LOST,
    ),
    "tensor_subclass": attack(
        """
        class Lie(torch.Tensor):
            def __eq__(self, other): return torch.ones(self.shape).bool()
            @classmethod
            def __torch_function__(cls, function, types, args=(), kwargs=None): return args[0]
        """,
        "return x.as_subclass(Lie)",
        ERROR,
        everywhere=True,
    ),
    "class_named_like_torchs": attack(
        """
        class Tensor: pass
        Tensor.__module__, Tensor.__qualname__ = "torch", "Tensor"
        """,
        "return Tensor()",
        ERROR,
    ),
    "empty_tensor": attack(call="return x[:0]", statuses=ERROR),
    "broadcastable": attack(call="return x.new_zeros(1, 1, 1, 1)", statuses=ERROR),
    "not_a_number": attack(call="return x * float('nan')", statuses=ERROR),
    "infinite": attack(call="return x * float('inf')", score=1.5),
    "true": attack(call="return True", statuses=ERROR),
    "nothing": attack(call="return None", statuses=ERROR),
    "numpy_array": attack(call="return x.numpy()", statuses=ERROR),
    "list_of_numbers": attack(call="return x.tolist()", statuses=ERROR),
    "the_type_itself": attack(call="return torch.Tensor", statuses=ERROR),
    "sparse": attack(call="return x.to_sparse()", statuses=ERROR),
    "complex": attack(call="return x + 0j", statuses=ERROR),
    "quantized": attack(
        call="return torch.quantize_per_tensor(x.float(), 0.1, 0, torch.quint8)", statuses=ERROR
    ),
    "on_meta": attack(call="return x.to('meta')", statuses=ERROR),
    "four_tebibytes_of_one_zero": attack(
        call="return torch.zeros(1).expand(1 << 40)", statuses=ERROR | LOST, everywhere=True
    ),
    "million_dimensions": attack(call="return torch.zeros([1] * 64)", statuses=ERROR | LOST),
    "list_in_itself": attack(call="a = []; a.append(a); return a", statuses=ERROR | LOST),
    "deep_list": attack(
        call="a = []\nfor _ in range(10**5): a = [a]\nreturn a", statuses=ERROR | LATE
    ),
    "huge_integer": attack(call="return 1 << (1 << 26)", statuses=ERROR | LOST | LATE),
    "huge_text": attack(call="return 'a' * (1 << 26)", statuses=ERROR | LATE, everywhere=True),
    "lone_surrogate": attack(call=r"return '\ud800'", statuses=ERROR | LOST),
    "integer_subclass": attack(
        "class One(int):\n    def __eq__(self, other): return True", "return One(1)", ERROR
    ),
    "float_subclass": attack(
        "class Zero(float):\n    def __sub__(self, other): return 0.0", "return Zero()", ERROR
    ),
    "endless_iterator": attack(
        """
        class Endless:
            def __iter__(self): return self
            def __next__(self): return 0
        """,
        "return Endless()",
        ERROR | LATE | LOST,
    ),
    "property_that_ends_the_process": attack(
        """
        import os
        class Trap:
            @property
            def shape(self): os._exit(0)
            def __getattribute__(self, name): os._exit(0)
        """,
        "return Trap()",
        ERROR | LOST,
    ),
    "metaclass_that_lies": attack(
        """
        class Meta(type):
            __mro__ = property(lambda cls: (torch.Tensor,))
            def __instancecheck__(cls, other): return True
        class Odd(metaclass=Meta): pass
        """,
        "return Odd()",
        ERROR,
    ),
    "class_whose_names_are_made_up": attack(
        """
        class Name(str):
            def __format__(self, how): return "torch.Tensor" * 10**5
        class Meta(type):
            def __getattribute__(cls, name):
                if name == "__mro__": return (cls,) * 3
                return Name() if name in ("__module__", "__qualname__") else None
        class Odd(metaclass=Meta): pass
        """,
        "return Odd()",
        ERROR | LOST,
    ),
    "deep_ancestry": attack(
        "Odd = object\nfor _ in range(2000): Odd = type('Odd' * 300, (Odd,), {})",
        "return Odd()",
        ERROR | LOST | LATE,
    ),
    "emptied_while_it_is_read": attack(
        """
        import threading
        def spin(tensor):
            for _ in range(10**5): tensor.untyped_storage().resize_(0)
        """,
        """
        y = torch.ones(1 << 21, dtype=torch.float64)
        threading.Thread(target=spin, args=(y,), daemon=True).start()
        return y
        """,
        ERROR | LOST | LATE,
    ),
    "dictionary_of_colliding_keys": attack(
        """
        import itertools
        one = [2.0 ** (61 * n) for n in range(16)] + [-(2.0 ** (61 * n + 60)) for n in range(16)]
        one = [n for n in one if hash(n) == hash(one[0])] + [2.0 ** (-61 * n) for n in range(1, 17)]
        class Slow(dict):
            def items(self): return ((key, None) for key in itertools.product(one, repeat=3))
        """,
        "return Slow()",
        ERROR | LATE | LOST,
    ),
}
