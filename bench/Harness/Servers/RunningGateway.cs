namespace Harness.Servers;

/// <summary>A gateway under test.</summary>
/// <param name="Server">Its process.</param>
/// <param name="AdminUrl">Where its admin listener is.</param>
/// <param name="RoutesFile">The file it watches.</param>
internal sealed record RunningGateway(Server Server, string AdminUrl, string RoutesFile) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
