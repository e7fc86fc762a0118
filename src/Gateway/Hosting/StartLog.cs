namespace Gateway.Hosting;

/// <summary>
/// Keeps the framework's own stack traces of a failed start out of the log: <see cref="StartFailure"/> says it in one line. Once the
/// gateway has started they pass.
/// </summary>
internal sealed class StartLog
{
    private const string Category = "Microsoft.Extensions.Hosting.Internal.Host";
    private volatile bool _started;

    public bool HasStarted => _started;

    public void Started() => _started = true;

    public void Quieten(ILoggingBuilder logging) => logging.AddFilter(Category, level => _started && level >= LogLevel.Information);
}
