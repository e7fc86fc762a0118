namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>One array of an arena, and the one after it. All blocks of an arena have the same length.</summary>
internal sealed class ArenaBlock<T>(int length)
{
    public readonly T[] Items = new T[length];
    public ArenaBlock<T>? Next;
}
