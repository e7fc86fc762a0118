using Gateway.Policies.Redis;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.InMemory;
using Gateway.Policies.Sessions.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class SessionServicesTests
{
    [Fact]
    public async Task AddSessions_Alone_KeepsSessionsInThisProcess()
    {
        await using ServiceProvider services = new ServiceCollection().AddSessions().BuildServiceProvider(validateScopes: true);

        Assert.NotNull(services.GetRequiredService<SessionStep>());
        Assert.NotNull(services.GetRequiredService<SessionAdmin>());
        Assert.IsType<InMemorySessionStore>(services.GetRequiredService<ISessionStore>());
    }

    [Fact]
    public async Task UseRedisSessions_AfterAddSessions_KeepsThemInRedis()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton(new RedisConnections(new RedisOptions { Connection = "127.0.0.1:1" }, TimeProvider.System, NullLoggerFactory.Instance))
            .AddSessions()
            .UseRedisSessions()
            .BuildServiceProvider();

        Assert.IsType<RedisSessionStore>(services.GetRequiredService<ISessionStore>());
        Assert.NotNull(services.GetRequiredService<SessionStep>());
    }
}
