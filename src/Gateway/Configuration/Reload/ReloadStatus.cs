using Gateway.Configuration.Mistakes;

namespace Gateway.Configuration.Reload;

/// <summary>What came of the last time the configuration was read, for the admin status.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Succeeded">False: the snapshot before it is still in force.</param>
/// <param name="Mistakes">Every mistake and warning found then.</param>
public sealed record ReloadStatus(DateTimeOffset At, bool Succeeded, IReadOnlyList<ConfigMistake> Mistakes);
