using Microsoft.Extensions.Configuration;

namespace Gateway.Configuration.Reload;

/// <summary>
/// The effective settings as the framework's configuration, for the sections that the framework itself reads (Kestrel, Logging). It
/// shows the last good settings only, where the framework's own file provider would show nothing after a broken file.
/// </summary>
public sealed class SnapshotConfigurationSource : IConfigurationSource
{
    private readonly SnapshotSource _source;

    public SnapshotConfigurationSource(SnapshotSource source) => _source = source;

    public IConfigurationProvider Build(IConfigurationBuilder builder) => new SnapshotConfigurationProvider(_source);
}
