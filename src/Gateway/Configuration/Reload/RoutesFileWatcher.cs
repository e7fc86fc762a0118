namespace Gateway.Configuration.Reload;

/// <summary>
/// Reloads when the routes file has changed. It looks at the file a few times a second instead of waiting for
/// notifications of the file system: those follow no symlink swap, and do not cross the mounts of containers.
/// </summary>
internal sealed class RoutesFileWatcher : BackgroundService
{
    /// <summary>How often the file's time and length are looked at.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(150);

    /// <summary>Every how many looks its content is read even though time and length are the same.</summary>
    public const int Thorough = 4;

    /// <summary>How long a changed file must stay as it is: an editor may still be writing.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(100);

    /// <summary>How long to wait for that at most, while something writes again and again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(600);

    /// <summary>How long a file may be missing: some programs delete it before they write it anew.</summary>
    public static readonly TimeSpan Missing = TimeSpan.FromMilliseconds(500);

    private readonly SnapshotSource _source;
    private readonly Reloader _reloader;
    private readonly TimeProvider _time;

    public RoutesFileWatcher(SnapshotSource source, Reloader reloader, TimeProvider time) => (_source, _reloader, _time) = (source, reloader, time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_source.RoutesFile is not { } file)
        {
            return;
        }

        // What was there before the load at start: whatever was written since is taken up by the first look.
        FileIdentity? known = _source.FileAtStart;
        for (int look = 0; !stoppingToken.IsCancellationRequested; look++)
        {
            FileIdentity? seen = FileIdentity.Of(file.Path, look % Thorough == 0 ? null : known);
            if ((seen != known && (seen = await SettledAsync(file.Path, seen, stoppingToken)) != known) || (look == 0 && known is null))
            {
                known = seen;
                await _reloader.ReloadAsync(stoppingToken);
            }

            await Task.Delay(Period, _time, stoppingToken);
        }
    }

    private async Task<FileIdentity?> SettledAsync(string path, FileIdentity? seen, CancellationToken stopping)
    {
        long start = _time.GetTimestamp();
        long since = start;
        while (_time.GetElapsedTime(since) < (seen is null ? Missing : Settle) && _time.GetElapsedTime(start) < Patience)
        {
            await Task.Delay(Settle / 4, _time, stopping);
            FileIdentity? now = FileIdentity.Of(path, seen);
            if (now != seen)
            {
                (seen, since) = (now, _time.GetTimestamp());
            }
        }

        return seen;
    }
}
