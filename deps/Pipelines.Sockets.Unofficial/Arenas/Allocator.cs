namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>A source of memory. The constructor of <see cref="Arena{T}"/> names it in its signature and takes none.</summary>
public abstract class Allocator<T>;
