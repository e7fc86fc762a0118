using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Admin;

/// <summary>The gateway's own log for the admin listener's server, but for what a host says about itself: there is only one gateway.</summary>
internal sealed class ServerLoggers(ILoggerFactory gateway) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) =>
        categoryName == "Microsoft.Hosting.Lifetime" ? NullLogger.Instance : gateway.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => gateway.AddProvider(provider);

    public void Dispose()
    {
        // The gateway's host owns the log.
    }
}
