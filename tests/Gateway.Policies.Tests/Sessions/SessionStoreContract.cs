using System.Text;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>What every session store does, in process and in Redis.</summary>
public abstract class SessionStoreContract
{
    private static readonly byte[] Record = """{"user_id":"u1"}"""u8.ToArray();
    private readonly string _key = $"session:{Guid.NewGuid():N}";
    private readonly string _owner = Guid.NewGuid().ToString("N");

    private protected abstract ISessionStore Store { get; }

    [Fact]
    public async Task Read_NothingThere_IsMissing()
    {
        Assert.Equal(SessionReadKind.Missing, (await Store.ReadAsync(_key, new WaitBudget())).Kind);
    }

    [Fact]
    public async Task Read_AfterCreate_GivesTheBytesAndTheirTimeToLive()
    {
        Assert.True(await CreateAsync(_key, TimeSpan.FromMinutes(10)));

        SessionRead read = await Store.ReadAsync(_key, new WaitBudget());

        Assert.Equal(SessionReadKind.Found, read.Kind);
        Assert.Equal(Record, read.Record.ToArray());
        Assert.InRange(read.TimeToLive!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Create_KeyIsTaken_LeavesWhatIsThere()
    {
        await CreateAsync(_key, TimeSpan.FromMinutes(10));

        bool created = await Store.CreateAsync(new NewSession(_key, "{}"u8.ToArray(), TimeSpan.FromDays(1), TimeSpan.FromDays(1), null), new WaitBudget());

        Assert.False(created);
        Assert.Equal(Record, (await Store.ReadAsync(_key, new WaitBudget())).Record.ToArray());
    }

    [Fact]
    public async Task Record_TimeToLiveHasPassed_IsMissingAndCannotBeExtendedOrDeleted()
    {
        await CreateAsync(_key, TimeSpan.FromMilliseconds(60));
        await Eventually.TrueAsync(async () => (await Store.ReadAsync(_key, new WaitBudget())).Kind is SessionReadKind.Missing, expected: "the record ends");

        await Store.ExtendAsync(_key, TimeSpan.FromMinutes(1), new WaitBudget());

        Assert.Equal(SessionReadKind.Missing, (await Store.ReadAsync(_key, new WaitBudget())).Kind);
        Assert.False(await Store.DeleteAsync(_key, new WaitBudget()));
    }

    [Fact]
    public async Task Extend_LiveRecord_HasTheNewTimeToLive()
    {
        await CreateAsync(_key, TimeSpan.FromMinutes(1));

        await Store.ExtendAsync(_key, TimeSpan.FromMinutes(30), new WaitBudget());

        SessionRead read = await Store.ReadAsync(_key, new WaitBudget());
        Assert.InRange(read.TimeToLive!.Value, TimeSpan.FromMinutes(29), TimeSpan.FromMinutes(30));
        Assert.Equal(Record, read.Record.ToArray());
    }

    [Fact]
    public async Task Delete_LiveRecord_IsTrueOnce()
    {
        await CreateAsync(_key, TimeSpan.FromMinutes(1));

        Assert.True(await Store.DeleteAsync(_key, new WaitBudget()));
        Assert.False(await Store.DeleteAsync(_key, new WaitBudget()));
        Assert.Equal(SessionReadKind.Missing, (await Store.ReadAsync(_key, new WaitBudget())).Kind);
    }

    [Fact]
    public async Task List_UnknownOwner_IsEmpty()
    {
        Assert.Empty(await Store.ListAsync(_owner, new WaitBudget()));
    }

    [Fact]
    public async Task DeleteOfOwner_TwoLiveOneGone_CountsTheLiveAndUnlistsAll()
    {
        string[] keys = [$"{_key}-1", $"{_key}-2", $"{_key}-3"];
        foreach (string key in keys)
        {
            await CreateAsync(key, TimeSpan.FromMinutes(1), _owner);
        }

        await CreateAsync($"{_key}-other", TimeSpan.FromMinutes(1), $"{_owner}-other");
        await Store.DeleteAsync(keys[1], new WaitBudget());
        IReadOnlyList<string> listed = await Store.ListAsync(_owner, new WaitBudget());

        int removed = await Store.DeleteAsync(_owner, listed, new WaitBudget());

        Assert.Subset(keys.ToHashSet(), listed.ToHashSet());
        Assert.Equal(2, removed);
        Assert.Empty(await Store.ListAsync(_owner, new WaitBudget()));
        Assert.Equal(SessionReadKind.Missing, (await Store.ReadAsync(keys[0], new WaitBudget())).Kind);
        Assert.Equal(SessionReadKind.Found, (await Store.ReadAsync($"{_key}-other", new WaitBudget())).Kind);
    }

    [Fact]
    public async Task Read_BytesOfAnyKind_ComeBackUnchanged()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value), .. Encoding.UTF8.GetBytes("ü€😀\r\n")];

        await Store.CreateAsync(new NewSession(_key, bytes, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), null), new WaitBudget());

        Assert.Equal(bytes, (await Store.ReadAsync(_key, new WaitBudget())).Record.ToArray());
    }

    [Fact]
    public async Task Hash_CreatedAndRewritten_ReadsAsTheSameRecord()
    {
        byte[] record = "{\"user_id\":\"u1\",\"plan\":\"ü \\\"q\\\"\"}"u8.ToArray();
        var session = new NewSession(_key, record, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10), _owner) { Format = SessionFormat.Hash };

        Assert.True(await Store.CreateAsync(session, new WaitBudget()));
        Assert.False(await Store.CreateAsync(session, new WaitBudget()));
        SessionRead read = await Store.ReadAsync(_key, new WaitBudget(), SessionFormat.Hash);
        byte[] changed = "{\"user_id\":\"u1\",\"plan\":\"pro\"}"u8.ToArray();
        Assert.True(await Store.RewriteAsync(session with { Record = changed, TimeToLive = TimeSpan.FromHours(1) }, read.Record, new WaitBudget()));
        SessionRead rewritten = await Store.ReadAsync(_key, new WaitBudget(), SessionFormat.Hash);

        Assert.Equal("ü \"q\"", SessionRecord.Read(read.Record.Span, new SessionFields())!.Field("plan"));
        Assert.InRange(read.TimeToLive!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        Assert.Equal("pro", SessionRecord.Read(rewritten.Record.Span, new SessionFields())!.Field("plan"));
        Assert.InRange(rewritten.TimeToLive!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(60));
        Assert.Equal(SessionReadKind.Missing, (await Store.ReadAsync($"{_key}-none", new WaitBudget(), SessionFormat.Hash)).Kind);
    }

    [Fact]
    public async Task Rewrite_RecordWasChangedOrIsGone_LeavesItAlone()
    {
        await CreateAsync(_key, TimeSpan.FromMinutes(1));
        var session = new NewSession(_key, "{}"u8.ToArray(), TimeSpan.FromHours(1), TimeSpan.FromHours(1), null);

        Assert.False(await Store.RewriteAsync(session, "{\"other\":1}"u8.ToArray(), new WaitBudget()));
        Assert.False(await Store.RewriteAsync(session with { Key = $"{_key}-none" }, Record, new WaitBudget()));
        Assert.Equal(Record, (await Store.ReadAsync(_key, new WaitBudget())).Record.ToArray());
        Assert.True(await Store.RewriteAsync(session, Record, new WaitBudget()));
        Assert.Equal("{}"u8.ToArray(), (await Store.ReadAsync(_key, new WaitBudget())).Record.ToArray());
        Assert.True(await Store.ExistsAsync(_key, new WaitBudget()));
        Assert.False(await Store.ExistsAsync($"{_key}-none", new WaitBudget()));
    }

    [Fact]
    public async Task Count_KeysOfThePatternAndOthers_CountsTheRecordsOnly()
    {
        string kind = Guid.NewGuid().ToString("N");
        foreach (string key in (string[])[$"{kind}[x]:a", $"{kind}[x]:b", $"{kind}x:c", $"{kind}[x]:d:e", $"other-{kind}[x]:f"])
        {
            await CreateAsync(key, TimeSpan.FromMinutes(1));
        }

        SessionCount count = await Store.CountAsync(new SessionKeyPattern(new SessionPolicy { Key = kind + "[x]:{token}" }, ""), new WaitBudget { Limit = TimeSpan.FromSeconds(30) });

        Assert.Equal(new SessionCount(2, IsWhole: true), count);
    }

    private ValueTask<bool> CreateAsync(string key, TimeSpan timeToLive, string? owner = null) =>
        Store.CreateAsync(new NewSession(key, Record, timeToLive, timeToLive, owner), new WaitBudget());
}
