namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Copies of sequences, made element by element.</summary>
public static class SequenceExtensions
{
    /// <summary>Projects every element into a new array.</summary>
    public static TTo[] ToArray<TFrom, TTo>(this in Sequence<TFrom> source, Projection<TFrom, TTo> projection)
    {
        ArgumentNullException.ThrowIfNull(projection);
        if (source.IsEmpty)
        {
            return [];
        }

        var result = new TTo[source.Length];
        source.CopyTo(result, projection);
        return result;
    }

    /// <summary>Projects every element into a new array, with a state for the projection.</summary>
    public static TTo[] ToArray<TFrom, TState, TTo>(
        this in Sequence<TFrom> source, Projection<TFrom, TState, TTo> projection, in TState state)
    {
        ArgumentNullException.ThrowIfNull(projection);
        if (source.IsEmpty)
        {
            return [];
        }

        var result = new TTo[source.Length];
        int index = 0;
        foreach (ref TFrom value in source)
        {
            result[index++] = projection(in value, in state);
        }

        return result;
    }

    /// <summary>Projects every element into <paramref name="destination"/>, from its start.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than the sequence; nothing was written.</exception>
    public static void CopyTo<TFrom, TTo>(
        this in Sequence<TFrom> source, Span<TTo> destination, Projection<TFrom, TTo> projection)
    {
        ArgumentNullException.ThrowIfNull(projection);
        if (destination.Length < source.Length)
        {
            throw new ArgumentException(
                $"The destination has {destination.Length} places and the sequence {source.Length} elements.", nameof(destination));
        }

        int index = 0;
        foreach (ref TFrom value in source)
        {
            destination[index++] = projection(in value);
        }
    }
}
