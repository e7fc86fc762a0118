using Gateway.Configuration.Mistakes;

namespace Gateway.Configuration.Reload;

/// <summary>Reloads the configuration and says in log and metrics what came of it.</summary>
internal sealed class Reloader
{
    private readonly SnapshotSource _source;
    private readonly ConfigMetrics _metrics;
    private readonly ILogger<Reloader> _logger;

    public Reloader(SnapshotSource source, ConfigMetrics metrics, ILogger<Reloader> logger) => (_source, _metrics, _logger) = (source, metrics, logger);

    /// <summary>Reloads; whatever goes wrong, the snapshot in force stays.</summary>
    public async Task ReloadAsync(CancellationToken cancellation)
    {
        GatewaySnapshot before = _source.Current;
        try
        {
            ReloadStatus status = await _source.ReloadAsync(cancellation);
            Tell(status, before, _source.Current);
        }
        catch (Exception unexpected) when (unexpected is not OperationCanceledException)
        {
            _logger.Failed(unexpected, before.Revision);
            _metrics.Reloaded("failed");
        }
    }

    private void Tell(ReloadStatus status, GatewaySnapshot before, GatewaySnapshot now)
    {
        if (!status.Succeeded)
        {
            ConfigMistake[] errors = [.. status.Mistakes.Where(mistake => !mistake.IsWarning)];
            _logger.Rejected(errors.Length, now.Revision, string.Join(Environment.NewLine, errors.AsEnumerable()));
            _metrics.Reloaded("rejected");
            return;
        }

        if (before.Revision == now.Revision)
        {
            _logger.Unchanged();
            _metrics.Reloaded("unchanged");
            return;
        }

        _metrics.Reloaded("applied");
        foreach (ConfigMistake warning in status.Mistakes)
        {
            _logger.Warning(warning.ToString());
        }

        if (RestartSettings.Changed(before, now) is { Count: > 0 } changed)
        {
            _logger.NeedsRestart(string.Join(", ", changed));
        }
    }
}
