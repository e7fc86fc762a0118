using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration.Reload;

/// <summary>
/// Holds the snapshot in force and replaces it in one step. A configuration with a mistake replaces nothing.
/// </summary>
public sealed class SnapshotSource : IProxyConfigProvider, IDisposable
{
    private readonly SnapshotLoader _loader;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _oneReload = new(1, 1);
    private volatile SnapshotProxyConfig _current;
    private volatile ReloadStatus _lastReload;
    private long _appliedRevision;

    /// <param name="first">The configuration at start, already checked.</param>
    public SnapshotSource(SnapshotLoader loader, LoadResult first, TimeProvider time)
    {
        (_loader, _time) = (loader, time);
        _current = new SnapshotProxyConfig(first.Snapshot ?? throw new ArgumentException("The first configuration has mistakes.", nameof(first)));
        _lastReload = new ReloadStatus(time.GetUtcNow(), true, first.Mistakes);
    }

    /// <summary>Raised after the snapshot was replaced, with the one before and the new one.</summary>
    public event Action<GatewaySnapshot, GatewaySnapshot>? Replaced;

    /// <summary>Raised after settings with mistakes were read, which replace nothing.</summary>
    public event Action<ReloadStatus>? Rejected;

    /// <summary>The snapshot in force. Whoever needs several values of one snapshot reads this once.</summary>
    public GatewaySnapshot Current => _current.Snapshot;

    /// <summary>The revision whose routes YARP has in force; 0 before the first. Requests meanwhile see the one before, whole.</summary>
    public long AppliedRevision => Interlocked.Read(ref _appliedRevision);

    /// <summary>The last time the configuration was read, at start or after a change.</summary>
    public ReloadStatus LastReload => _lastReload;

    /// <summary>The file that is watched; null with <c>--to</c>.</summary>
    public RoutesFileLocation? RoutesFile => _loader.RoutesFile;

    /// <summary>The watched file's identity before it was read at start; null: unknown, and the first look reads the file anew.</summary>
    internal FileIdentity? FileAtStart { get; init; }

    IProxyConfig IProxyConfigProvider.GetConfig() => _current;

    /// <summary>
    /// Reads everything anew. Settings without a mistake that differ from those in force replace them; equal ones keep the
    /// snapshot and its revision.
    /// </summary>
    public async Task<ReloadStatus> ReloadAsync(CancellationToken cancellation)
    {
        await _oneReload.WaitAsync(cancellation);
        try
        {
            LoadResult read = await _loader.LoadAsync(Current.Revision + 1, cancellation);
            _lastReload = new ReloadStatus(_time.GetUtcNow(), read.IsValid, read.Mistakes);
            if (read.IsValid && !IsSame(Current.Settings, read.Snapshot.Settings))
            {
                Replace(read.Snapshot);
            }

            if (!read.IsValid)
            {
                Rejected?.Invoke(_lastReload);
            }

            return _lastReload;
        }
        finally
        {
            _oneReload.Release();
        }
    }

    internal void Applied(GatewaySnapshot snapshot) => Interlocked.Exchange(ref _appliedRevision, snapshot.Revision);

    internal void NotApplied(GatewaySnapshot snapshot, Exception reason) => _lastReload = new ReloadStatus(
        _time.GetUtcNow(), false, [new ConfigMistake(new SettingOrigin("YARP"), "", $"revision {snapshot.Revision} could not be put in force: {reason.Message}")]);

    public void Dispose()
    {
        _oneReload.Dispose();
        _current.Dispose();
    }

    private void Replace(GatewaySnapshot next)
    {
        SnapshotProxyConfig before = _current;
        _current = new SnapshotProxyConfig(next);
        try
        {
            Replaced?.Invoke(before.Snapshot, next);
        }
        finally
        {
            before.SignalReplaced();
            before.Dispose();
        }
    }

    private static bool IsSame(IReadOnlyDictionary<string, string?> left, IReadOnlyDictionary<string, string?> right) =>
        left.Count == right.Count
        && left.All(setting => right.TryGetValue(setting.Key, out string? value) && value == setting.Value);
}
