namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>
/// Ways for elements without references to share memory. The client's elements hold references, so none applies and
/// any value is accepted and ignored.
/// </summary>
[Flags]
public enum ArenaFlags
{
    None = 0,
}
