using Pipelines.Sockets.Unofficial.Arenas;

namespace Pipelines.Sockets.Unofficial.Tests.Arenas;

/// <summary>A value, or an array of cells: the shape of a Redis reply.</summary>
internal readonly record struct Cell(string? Text, Sequence Items);
