namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Makes a <typeparamref name="TTo"/> of an element, without copying the element.</summary>
public delegate TTo Projection<TFrom, TTo>(in TFrom value);

/// <summary>Makes a <typeparamref name="TTo"/> of an element and a state, so that the delegate need capture nothing.</summary>
public delegate TTo Projection<TFrom, TState, TTo>(in TFrom value, in TState state);
