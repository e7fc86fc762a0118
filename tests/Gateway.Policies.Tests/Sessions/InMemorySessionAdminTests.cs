using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.InMemory;

namespace Gateway.Policies.Tests.Sessions;

public sealed class InMemorySessionAdminTests : SessionAdminContract
{
    private protected override ISessionStore Store { get; } = new InMemorySessionStore(TimeProvider.System);
}
