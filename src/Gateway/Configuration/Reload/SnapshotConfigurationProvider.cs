using Microsoft.Extensions.Configuration;

namespace Gateway.Configuration.Reload;

/// <summary>Shows the settings of the snapshot in force, and says so when they change.</summary>
internal sealed class SnapshotConfigurationProvider : ConfigurationProvider, IDisposable
{
    private readonly SnapshotSource _source;

    public SnapshotConfigurationProvider(SnapshotSource source)
    {
        _source = source;
        _source.Replaced += Take;
    }

    public override void Load() => Data = Copy(_source.Current);

    public void Dispose() => _source.Replaced -= Take;

    private void Take(GatewaySnapshot before, GatewaySnapshot next)
    {
        Data = Copy(next);
        OnReload();
    }

    private static Dictionary<string, string?> Copy(GatewaySnapshot snapshot) => new(snapshot.Settings, StringComparer.OrdinalIgnoreCase);
}
