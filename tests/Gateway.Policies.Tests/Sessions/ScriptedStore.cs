using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>A store whose answers the test gives, for what is decided on them; as if it were Redis.</summary>
internal sealed class ScriptedStore : ISessionStore
{
    private int _reads;

    /// <summary>Null: the store is away.</summary>
    public Func<Task<SessionRead?>> Answer { get; set; } = () => Task.FromResult<SessionRead?>(null);

    public int Reads => Volatile.Read(ref _reads);

    public bool IsShared => true;

    public async ValueTask<SessionRead> ReadAsync(string key, WaitBudget wait, SessionFormat format = SessionFormat.Json)
    {
        Interlocked.Increment(ref _reads);
        return await Answer() ?? throw new StoreUnavailableException("away");
    }

    public ValueTask ExtendAsync(string key, TimeSpan timeToLive, WaitBudget wait) => ValueTask.CompletedTask;

    public ValueTask<bool> CreateAsync(NewSession session, WaitBudget wait) => throw new NotSupportedException();

    public ValueTask<bool> DeleteAsync(string key, WaitBudget wait) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<string>> ListAsync(string owner, WaitBudget wait) => throw new NotSupportedException();

    public ValueTask<bool> RewriteAsync(NewSession session, ReadOnlyMemory<byte> was, WaitBudget wait) => throw new NotSupportedException();

    public ValueTask<bool> ExistsAsync(string key, WaitBudget wait) => throw new NotSupportedException();

    public ValueTask<SessionCount> CountAsync(SessionKeyPattern pattern, WaitBudget wait) => throw new NotSupportedException();

    public ValueTask UnlistAsync(string owner, IReadOnlyList<string> keys, WaitBudget wait) => throw new NotSupportedException();

    public ValueTask<int> DeleteAsync(string owner, IReadOnlyList<string> keys, WaitBudget wait) => throw new NotSupportedException();
}
